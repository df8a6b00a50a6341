package dev.mayfly.operator.cleanup;

import dev.mayfly.config.LeaseSettings;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.claim.ClaimHolds;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.image.ImageGarbageCollection;
import dev.mayfly.operator.image.PrePulls;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Periodically removes what events don't report: orphans, and unused networks, volumes, claims, journal notes, images
 * and scan files.
 */
@ApplicationScoped
class Sweeper {
    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    /** The connection to the engine is retried every few seconds, too. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Orphans orphans;
    private final SharedResources shared;
    private final ClaimHolds claims;
    private final WorkloadTotalsJournal ledgers;
    private final ImageGarbageCollection images;
    private final PrePulls prePulls;
    private final Runtimes runtimes;
    private final MayflyConfig config;
    private final ResourceCaches resources;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweeper").factory());

    Sweeper(
            Orphans orphans,
            SharedResources shared,
            ClaimHolds claims,
            WorkloadTotalsJournal ledgers,
            ImageGarbageCollection images,
            PrePulls prePulls,
            Runtimes runtimes,
            ResourceCaches resources,
            MayflyConfig config) {
        this.resources = resources;
        this.ledgers = ledgers;
        this.images = images;
        this.prePulls = prePulls;
        this.runtimes = runtimes;
        this.orphans = orphans;
        this.shared = shared;
        this.claims = claims;
        this.config = config;
    }

    /** Only the leader may sweep; by then its cache is filled. */
    void start(@ObservesAsync LeaseSettings.Leading leading) {
        timer.execute(this::turn);
    }

    /** An engine or API server that does not answer at startup is retried soon, since a crash may have left orphans. */
    private void turn() {
        var interval = config.sweepInterval();
        var next = swept() || interval.compareTo(RETRY) < 0 ? interval : RETRY;
        if (!timer.isShutdown()) {
            timer.schedule(this::turn, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** @return false if the engine or the API server did not answer */
    private boolean swept() {
        try {
            runtimes.with(ContainerRuntime::imageEngine)
                    .forEach(engine -> engine.contents().sweep());
            if (orphans.sweep(known())) {
                shared.sweep();
                claims.sweep(this::known);
                ledgers.sweep(this::existing);
                prePulls.sweep();
                images.sweep(() -> resources.list().toList());
            }
            return true;
        } catch (RuntimeUnavailable | KubernetesClientException unknown) {
            LOG.debugf("Nothing was swept, the truth is not known: %s", unknown.getMessage());
            return false;
        } catch (RuntimeException defect) {
            if (!timer.isShutdown()) { // else shutdown interrupted it
                LOG.error("A sweep failed in a way nobody planned for; the next one repeats it", defect);
            }
            return true;
        }
    }

    /** UIDs of the resources in the caches. */
    private Set<String> known() {
        return resources.list().map(w -> w.getMetadata().getUid()).collect(Collectors.toSet());
    }

    /** UIDs of the resources in the caches, and of those that have containers. */
    private Set<String> existing() {
        var existing = new HashSet<>(known());
        runtimes.all().stream()
                .flatMap(runtime -> runtime.owners().stream())
                .map(OwnerId::uid)
                .forEach(existing::add);
        return existing;
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
