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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Sweeps when the operator starts to lead, and periodically from then on. In between, it collects what owners left whose
 * deletion was reported.
 */
@ApplicationScoped
class Sweeper {
    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    /** The connection to the engine is retried every few seconds, too. */
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** Deletions that are reported within this time are looked at together, which takes fewer requests. */
    private static final Duration TOGETHER = Duration.ofMillis(200);

    private final Sweep sweep;
    private final Orphans orphans;
    private final DeletedOwners deleted;
    private final LeftBehind left;
    private final MayflyConfig config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweeper").factory());

    /** Deleted owners that are about to be looked at. */
    private final Set<OwnerId> due = ConcurrentHashMap.newKeySet();
    /** True if a look at those is scheduled. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    Sweeper(Sweep sweep, Orphans orphans, DeletedOwners deleted, LeftBehind left, MayflyConfig config) {
        this.sweep = sweep;
        this.orphans = orphans;
        this.deleted = deleted;
        this.left = left;
        this.config = config;
    }

    /** Only the leader may sweep. */
    void start(@ObservesAsync LeaseSettings.Leading leading) {
        deleted.listen(this::collectSoon);
        timer.execute(this::sweepAndReschedule);
    }

    private void collectSoon(OwnerId owner) {
        due.add(owner);
        if (!scheduled.getAndSet(true)) {
            try {
                timer.schedule(this::collectDue, TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                LOG.debug("What deleted owners left stays, since the operator stops");
            }
        }
    }

    /** A part that fails here is repeated by the next sweep. */
    private void collectDue() {
        scheduled.set(false); // before the look, since a change during it causes another one
        var owners = Set.copyOf(due);
        due.removeAll(owners);
        answered(() -> {
            orphans.collect(owners);
            return true;
        });
    }

    /** A sweep that was prevented for a moment is repeated soon, since a crash may have left orphans. */
    private void sweepAndReschedule() {
        var interval = config.sweepInterval();
        var next = swept() || interval.compareTo(RETRY) < 0 ? interval : RETRY;
        if (!timer.isShutdown()) {
            timer.schedule(this::sweepAndReschedule, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** @return false if the engine or the API server did not answer, or the caches are not filled yet */
    private boolean swept() {
        return answered(() -> {
            var swept = sweep.run();
            left.look();
            return swept;
        });
    }

    private boolean answered(BooleanSupplier work) {
        try {
            return work.getAsBoolean();
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

    /**
     * Removes what events don't report: orphans, and unused networks, volumes, claims, journal notes, images and scan
     * files.
     */
    @ApplicationScoped
    static class Sweep {
        private final Orphans orphans;
        private final SharedResources shared;
        private final ClaimHolds claims;
        private final WorkloadTotalsJournal totals;
        private final ImageGarbageCollection images;
        private final PrePulls prePulls;
        private final Runtimes runtimes;
        private final ResourceCaches resources;

        Sweep(
                Orphans orphans,
                SharedResources shared,
                ClaimHolds claims,
                WorkloadTotalsJournal totals,
                ImageGarbageCollection images,
                PrePulls prePulls,
                Runtimes runtimes,
                ResourceCaches resources) {
            this.orphans = orphans;
            this.shared = shared;
            this.claims = claims;
            this.totals = totals;
            this.images = images;
            this.prePulls = prePulls;
            this.runtimes = runtimes;
            this.resources = resources;
        }

        /**
         * @return false if the caches may lack resources, so that nothing was swept
         * @throws RuntimeUnavailable if the engine did not answer
         * @throws KubernetesClientException if the API server did not answer
         */
        boolean run() {
            runtimes.with(ContainerRuntime::imageEngine)
                    .forEach(engine -> engine.contents().sweep());
            var unused = shared.unused();
            var outcome = orphans.sweep(this::known, unused);
            if (outcome.result() == Orphans.Result.SWEPT) {
                shared.remove(outcome.removable());
                claims.sweep(this::known, resources.namespaces());
                totals.sweep(this::existing);
                prePulls.sweep();
                images.sweep(() -> resources.list().toList());
            }
            return outcome.result() != Orphans.Result.UNREAD;
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
    }
}
