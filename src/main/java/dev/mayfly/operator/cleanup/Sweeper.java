package dev.mayfly.operator.cleanup;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Sweeps when the operator starts to lead, and periodically from then on. */
@ApplicationScoped
class Sweeper {
    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    /** The connection to the engine is retried every few seconds, too. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Sweep sweep;
    private final MayflyConfig config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweeper").factory());

    Sweeper(Sweep sweep, MayflyConfig config) {
        this.sweep = sweep;
        this.config = config;
    }

    /** Only the leader may sweep; by then its cache is filled. */
    void start(@ObservesAsync LeaseSettings.Leading leading) {
        timer.execute(this::sweepAndReschedule);
    }

    /** An engine or API server that does not answer at startup is retried soon, since a crash may have left orphans. */
    private void sweepAndReschedule() {
        var interval = config.sweepInterval();
        var next = swept() || interval.compareTo(RETRY) < 0 ? interval : RETRY;
        if (!timer.isShutdown()) {
            timer.schedule(this::sweepAndReschedule, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** @return false if the engine or the API server did not answer */
    private boolean swept() {
        try {
            sweep.run();
            return true;
        } catch (RuntimeUnavailable | KubernetesClientException unknown) {
            LOG.debugf(
                    "Nothing was swept, because the engine or the API server did not answer: %s", unknown.getMessage());
            return false;
        } catch (RuntimeException defect) {
            if (!timer.isShutdown()) { // else shutdown interrupted it
                LOG.error("A sweep failed unexpectedly; the next one repeats it", defect);
            }
            return true;
        }
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
