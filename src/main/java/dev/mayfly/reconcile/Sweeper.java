package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Looks now and then for what nobody's event tells: orphans, and networks, volumes and claims that nobody uses. */
@ApplicationScoped
class Sweeper {
    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    private final Orphans orphans;
    private final SharedThings shared;
    private final ClaimHolds claims;
    private final MayflyConfig config;
    private volatile ResourceCache<EphemeralWorkload> workloads;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweeper").factory());

    Sweeper(Orphans orphans, SharedThings shared, ClaimHolds claims, MayflyConfig config) {
        this.orphans = orphans;
        this.shared = shared;
        this.claims = claims;
        this.config = config;
    }

    /** Tells where the workloads are, before the operator leads. */
    void looksAt(ResourceCache<EphemeralWorkload> cache) {
        workloads = cache;
    }

    /** Only the leader may sweep; its cache is filled by then. */
    void start(@ObservesAsync LeaseSettings.Leading leading) {
        timer.scheduleWithFixedDelay(this::sweep, 0, config.sweepInterval().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            if (orphans.sweep(known())) {
                shared.sweep(workloads);
                claims.sweep(this::known);
            }
        } catch (RuntimeUnavailable | KubernetesClientException unknown) {
            LOG.debugf("Nothing was swept, the truth is not known: %s", unknown.getMessage());
        } catch (RuntimeException defect) {
            if (!timer.isShutdown()) { // else it was cut off
                LOG.error("A sweep failed in a way nobody planned for; the next one repeats it", defect);
            }
        }
    }

    /** UIDs of the workloads in the cache. */
    private Set<String> known() {
        return workloads.list().map(w -> w.getMetadata().getUid()).collect(Collectors.toSet());
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
