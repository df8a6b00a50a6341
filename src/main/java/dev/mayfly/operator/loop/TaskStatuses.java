package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.status.Findings;
import dev.mayfly.core.status.PodsMirroredCondition;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.core.status.TaskStatusCalculator;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.cleanup.TaskExpiry;
import dev.mayfly.operator.cluster.InvalidSpec;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Computes and writes the status of tasks, which stores their counts. A status is written only if the API server still
 * has the version that it was made from, and only after the previous write was answered: so nothing is counted twice,
 * even with concurrent writers.
 */
@ApplicationScoped
class TaskStatuses implements OwnerState {
    /** How soon to check for changes that events don't report. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final ResourceCaches resources;
    private final WriteEvents writes;
    private final StatusEvents events;
    private final PodMirroring mirrors;
    private final InstantSource clock = SteadyClock.system();
    private final UnreportedTerminations unreported = new UnreportedTerminations();
    private final StatusPipeline<EphemeralTask, EphemeralTaskStatus> pipeline;

    TaskStatuses(
            StatusWriter writer,
            ResourceCaches resources,
            WriteEvents writes,
            StatusEvents events,
            PodMirroring mirrors) {
        this.mirrors = mirrors;
        this.pipeline = new StatusPipeline<>(writer, new Tasks(), clock);
        this.resources = resources;
        this.writes = writes;
        this.events = events;
    }

    /**
     * The task as the API server is known to have it: as read, or as in its answer to the last write, whichever is
     * newer.
     */
    EphemeralTask known(EphemeralTask read) {
        return pipeline.newest(read);
    }

    /** True if the API server is known to have the task's result. */
    boolean ended(EphemeralTask known) {
        return TaskMemory.counts(known.getStatus()).verdict().isPresent();
    }

    /** Adds the counts so far to the desired state. */
    Desired remembering(EphemeralTask known, Desired desired) {
        var latest = pipeline.latest(known);
        var counted = TaskMemory.counts(latest);
        var batch = desired.batch()
                .orElseThrow()
                .withCounted(counted)
                .withRecorded(TaskMemory.counts(known.getStatus()))
                .withDeadline(deadline(known, latest));
        var left = batch.completions() - counted.completed().size();
        var active = counted.verdict().isPresent() ? 0 : Math.min(left, batch.parallelism());
        return desired.withReplicas(active).withAdmitted(active).withBatch(Optional.of(batch));
    }

    /** As a Job's, it stops while the task is suspended, and counts anew from when it goes on. */
    private static Optional<Instant> deadline(EphemeralTask known, EphemeralTaskStatus latest) {
        var seconds = known.getSpec().activeDeadlineSeconds();
        return seconds == null || Boolean.TRUE.equals(known.getSpec().suspend())
                ? Optional.empty()
                : TaskMemory.startedAt(latest).map(start -> start.plusSeconds(seconds));
    }

    UpdateControl<EphemeralTask> report(EphemeralTask known, Reconciliation reconciliation) {
        var before = pipeline.latest(known);
        var image =
                ImageReport.of(before == null ? null : before.image(), reconciliation.image(), reconciliation.pull());
        var status = TaskStatusCalculator.status(
                unreported.addTo(known, before),
                known.getMetadata().getGeneration(),
                reconciliation.runtimeInUse(),
                reconciliation.desired(),
                reconciliation.observed(),
                reconciliation.troubles(),
                reconciliation.audit(),
                image,
                reconciliation.compliance());
        unreported.remember(known, status);
        var mirrored = PodsMirroredCondition.merged(
                status.conditions(),
                reconciliation.mirrored(known, mirrors),
                known.getMetadata().getGeneration(),
                reconciliation.observed().now());
        var delays = Stream.of(
                reconciliation.plan().requeueAfter(),
                reconciliation.troubles().stream().findFirst().map(trouble -> SOON),
                TaskExpiry.due(known).map(at -> Duration.between(clock.instant(), at)),
                reconciliation.auditInterval(),
                reconciliation.complianceInterval());
        return pipeline.write(
                known,
                status.withConditions(mirrored),
                delays.flatMap(Optional::stream).min(Comparator.naturalOrder()));
    }

    /** Reports a spec that can't be read: nothing is changed until it is corrected. */
    UpdateControl<EphemeralTask> refuse(EphemeralTask known, InvalidSpec invalid) {
        var before = pipeline.latest(known);
        var status = TaskStatusCalculator.invalid(
                before, known.getMetadata().getGeneration(), invalid.failure(), clock.instant());
        return pipeline.write(known, status, Optional.empty());
    }

    UpdateControl<EphemeralTask> unknown(EphemeralTask known, RuntimeUnavailable unavailable) {
        var before = pipeline.latest(known);
        var status = TaskStatusCalculator.unreachable(
                before,
                known.getMetadata().getGeneration(),
                new Failure("EngineUnreachable", unavailable.getMessage()),
                clock.instant());
        return pipeline.write(known, status, Optional.of(SOON));
    }

    @Override
    public void forget(OwnerId owner) {
        pipeline.forget(owner);
        unreported.forget(owner);
    }

    private final class Tasks implements StatusPipeline.Kind<EphemeralTask, EphemeralTaskStatus> {
        @Override
        public EphemeralTaskStatus status(EphemeralTask task) {
            return task.getStatus();
        }

        @Override
        public EphemeralTask with(ObjectMeta metadata, EphemeralTaskStatus status) {
            var bare = new EphemeralTask();
            bare.setMetadata(metadata);
            bare.setStatus(status);
            return bare;
        }

        @Override
        public boolean bound(EphemeralTask known, EphemeralTaskStatus status) {
            return true;
        }

        @Override
        public boolean oneAtATime() {
            return true;
        }

        @Override
        public boolean onlyCountsDiffer(EphemeralTaskStatus before, EphemeralTaskStatus now) {
            return Objects.equals(before.conditions(), now.conditions());
        }

        @Override
        public void written(EphemeralTask known, EphemeralTaskStatus before, EphemeralTaskStatus now) {
            var owner = Owners.of(known);
            var earlier = before == null ? null : before.ephemerality();
            writes.found(owner, Findings.added(earlier, now.ephemerality()), now.ephemerality());
            events.changed(owner, before, now);
            resources.wake(owner);
        }

        @Override
        public void refused(EphemeralTask known) {
            resources.wake(Owners.of(known));
        }
    }

    /**
     * Terminations of tasks' attempts that no status reports yet. Attempts that are not counted may have left no other
     * trace by the time the status is written.
     */
    static final class UnreportedTerminations implements OwnerState {
        private final Map<String, EphemeralTaskStatus> byUid = new ConcurrentHashMap<>();

        /** Remembers the status that contains them, until one is written. */
        void remember(EphemeralTask known, EphemeralTaskStatus next) {
            byUid.put(known.getMetadata().getUid(), next);
        }

        /**
         * Adds the remembered terminations to the status.
         *
         * @param status null: there is none
         */
        EphemeralTaskStatus addTo(EphemeralTask known, EphemeralTaskStatus status) {
            var next = byUid.get(known.getMetadata().getUid());
            if (next == null || next.results() == null) {
                return status;
            }
            return status == null
                    ? EphemeralTaskStatusBuilder.builder()
                            .results(next.results())
                            .build()
                    : status.withResults(next.results());
        }

        @Override
        public void forget(OwnerId owner) {
            byUid.remove(owner.uid());
        }
    }
}
