package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.core.status.Findings;
import dev.mayfly.core.status.PodsMirroredCondition;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.core.status.StatusCalculator;
import dev.mayfly.core.status.Terminations;
import dev.mayfly.fair.Delays;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.event.StatusEvents;
import dev.mayfly.operator.image.ImageReport;
import dev.mayfly.operator.loop.ReconcileLoop.Reconciliation;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Computes and writes the status of workloads. */
@ApplicationScoped
class Statuses implements OwnerState {
    /** How soon to check for changes that events don't report: released capacity, an engine that did not answer. */
    private static final Duration SOON = Duration.ofSeconds(5);
    /** How soon to check that the written status was read back. */
    private static final Duration READ_BACK = Duration.ofMillis(500);

    private final ResourceCaches resources;
    private final WriteEvents writes;
    private final StatusEvents events;
    private final PodMirroring mirrors;
    private final InstantSource clock = SteadyClock.system();
    private final StatusPipeline<EphemeralWorkload, EphemeralWorkloadStatus> pipeline;

    Statuses(
            StatusWriter writer,
            ResourceCaches resources,
            WriteEvents writes,
            StatusEvents events,
            PodMirroring mirrors) {
        this.mirrors = mirrors;
        this.resources = resources;
        this.writes = writes;
        this.events = events;
        this.pipeline = new StatusPipeline<>(writer, new Workloads(), clock);
    }

    UpdateControl<EphemeralWorkload> report(EphemeralWorkload workload, Reconciliation reconciliation) {
        var before = previous(workload);
        var image =
                ImageReport.of(before == null ? null : before.image(), reconciliation.image(), reconciliation.pull());
        var status = StatusCalculator.status(
                previous(workload),
                workload.getMetadata().getGeneration(),
                reconciliation.runtimeInUse(),
                reconciliation.desired(),
                reconciliation.observed(),
                reconciliation.troubles(),
                reconciliation.audit(),
                image,
                reconciliation.compliance());
        var mirrored = PodsMirroredCondition.merged(
                status.conditions(),
                reconciliation.mirrored(workload, mirrors),
                workload.getMetadata().getGeneration(),
                reconciliation.observed().now());
        return pipeline.write(
                workload,
                Terminations.merged(status.withConditions(mirrored), reconciliation.terminations()),
                requeueAfter(workload, status, reconciliation));
    }

    static Optional<Duration> requeueAfter(
            EphemeralWorkload workload, EphemeralWorkloadStatus status, Reconciliation reconciliation) {
        var delays = Stream.of(
                reconciliation.plan().requeueAfter(),
                RolloutState.requeueAfter(status, reconciliation.desired(), reconciliation.observed()),
                Optional.of(READ_BACK)
                        .filter(delay ->
                                rollsBack(workload, status) || RolloutState.resumes(reconciliation.desired(), status)),
                reconciliation.troubles().stream().findFirst().map(trouble -> SOON),
                roomForPool(reconciliation.desired().warm()),
                held(workload, reconciliation),
                reconciliation.auditInterval(),
                reconciliation.complianceInterval());
        return delays.flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    private static Optional<Duration> roomForPool(WarmPool pool) {
        return pool.fits() < pool.size() ? Optional.of(SOON) : Optional.empty();
    }

    /** A dead container is kept until the status reports its termination; no event reports the write. */
    private static Optional<Duration> held(EphemeralWorkload workload, Reconciliation reconciliation) {
        var hold = new TerminationHold(
                workload.getStatus(),
                reconciliation.terminations(),
                reconciliation.observed().now());
        return reconciliation.plan().removals().stream().anyMatch(hold::holds)
                ? Optional.of(StatusMemory.COUNTS)
                : Optional.empty();
    }

    UpdateControl<EphemeralWorkload> unreachable(EphemeralWorkload workload, RuntimeUnavailable unavailable) {
        return unknown(workload, new Failure("EngineUnreachable", unavailable.getMessage()));
    }

    /** Reports that the replicas are not known. */
    UpdateControl<EphemeralWorkload> unknown(EphemeralWorkload workload, Failure why) {
        var status = StatusCalculator.unreachable(
                previous(workload), workload.getMetadata().getGeneration(), why, clock.instant());
        return pipeline.write(workload, status, Optional.of(SOON));
    }

    @Override
    public void forget(OwnerId owner) {
        pipeline.forget(owner);
    }

    /** The last status, whether it was written or is being written; null: there is none. */
    EphemeralWorkloadStatus previous(EphemeralWorkload workload) {
        return pipeline.latest(workload);
    }

    /** True until the API server reports the rollback; it has no effect before. */
    private static boolean rollsBack(EphemeralWorkload workload, EphemeralWorkloadStatus status) {
        var read = workload.getStatus() == null ? null : workload.getStatus().rolledBackTo();
        return status.rolledBackTo() != null && !status.rolledBackTo().equals(read);
    }

    private final class Workloads implements StatusPipeline.Kind<EphemeralWorkload, EphemeralWorkloadStatus> {
        @Override
        public EphemeralWorkloadStatus status(EphemeralWorkload workload) {
            return workload.getStatus();
        }

        @Override
        public EphemeralWorkload with(ObjectMeta metadata, EphemeralWorkloadStatus status) {
            var bare = new EphemeralWorkload();
            bare.setMetadata(metadata);
            bare.setStatus(status);
            return bare;
        }

        /** A rollback is written only if nothing changed since the read, including the spec. */
        @Override
        public boolean bound(EphemeralWorkload known, EphemeralWorkloadStatus status) {
            return rollsBack(known, status);
        }

        @Override
        public boolean oneAtATime() {
            return false;
        }

        /** True if neither the conditions nor inputs of later plans differ. */
        @Override
        public boolean onlyCountsDiffer(EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
            return Objects.equals(before.conditions(), now.conditions())
                    && Objects.equals(before.idleStartTime(), now.idleStartTime())
                    && BusyWait.pendingScaleDown(before).equals(BusyWait.pendingScaleDown(now));
        }

        @Override
        public void begun(EphemeralWorkload known, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
            var owner = Owners.of(known);
            writes.found(owner, Findings.added(before, now), now.ephemerality());
            events.changed(owner, before, now);
        }

        /** Not at once: of a workload that is gone the cache may not know yet. */
        @Override
        public void refused(EphemeralWorkload known) {
            Delays.after(READ_BACK, () -> resources.wake(Owners.of(known)));
        }
    }

    /**
     * Keeps dead containers whose termination no status reports yet. Until then they are the only record that survives a
     * restart of the operator, so they are kept a little longer than the history limit; not forever, since the API server
     * may be unavailable for long.
     *
     * @param written the status as last read from the API server; null: there is none
     * @param terminations terminations of replicas
     */
    record TerminationHold(EphemeralWorkloadStatus written, List<Termination> terminations, Instant now) {
        private static final Duration LONGEST = Duration.ofSeconds(5);

        /** True if the removal can wait; the next reconciliation plans it again. */
        boolean holds(Removal removal) {
            var id = removal.id();
            return removal.cause() == Cause.HISTORY
                    && terminations.stream()
                            .filter(termination -> termination.attempt() == id.attempt()
                                    && termination.replica().equals(id.replica()))
                            .filter(this::recent)
                            .anyMatch(termination -> Terminations.awaits(written, terminations, termination));
        }

        private boolean recent(Termination termination) {
            return now.isBefore(termination.at().plus(LONGEST));
        }
    }
}
