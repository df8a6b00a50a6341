package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.core.status.TaskStatusCalculator;
import dev.mayfly.operator.cleanup.TaskExpiry;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.ResourceOwner;
import dev.mayfly.operator.image.ImageReport;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
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
    private final TaskEvents events;
    private final InstantSource clock = InstantSource.system();
    private final UnreportedTerminations unreported = new UnreportedTerminations();
    private final StatusPipeline<EphemeralTask, EphemeralTaskStatus> pipeline;

    TaskStatuses(StatusWriter writer, ResourceCaches resources, TaskEvents events) {
        this.pipeline = new StatusPipeline<>(writer, new Tasks(), clock);
        this.resources = resources;
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

    private static Optional<Instant> deadline(EphemeralTask known, EphemeralTaskStatus latest) {
        var seconds = known.getSpec().activeDeadlineSeconds();
        return seconds == null
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
                reconciliation.runtime(),
                reconciliation.desired(),
                reconciliation.observed(),
                reconciliation.shortage(),
                reconciliation.audit(),
                image,
                reconciliation.compliance());
        unreported.remember(known, status);
        var delays = Stream.of(
                reconciliation.plan().requeueAfter(),
                reconciliation.shortage().map(shortage -> SOON),
                TaskExpiry.due(known).map(at -> Duration.between(clock.instant(), at)),
                reconciliation.auditInterval(),
                reconciliation.complianceInterval());
        return pipeline.write(known, status, delays.flatMap(Optional::stream).min(Comparator.naturalOrder()));
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
            var owner = ResourceOwner.of(known);
            events.changed(owner, before, now);
            resources.wake(owner);
        }

        @Override
        public void refused(EphemeralTask known) {
            resources.wake(ResourceOwner.of(known));
        }
    }
}
