package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Failure;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.status.TaskMemory;
import dev.mayfly.status.TaskStatusCalculator;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
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
 * Reports what became of tasks, and is their memory of what is counted. A status is written only where the API server still has
 * what it was made from, and no other before that is answered: so nothing is counted twice, whoever else writes.
 */
@ApplicationScoped
class TaskStatuses {
    /** How soon to look again at what no event tells. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final StatusWriter writer;
    private final Resources resources;
    private final TaskNews news;
    private final InstantSource clock = InstantSource.system();
    private final TaskWrites writes = new TaskWrites(clock);

    TaskStatuses(StatusWriter writer, Resources resources, TaskNews news) {
        this.writer = writer;
        this.resources = resources;
        this.news = news;
    }

    /** The task as the API server is known to have it: as read, or as it answered to our own write, whichever is newer. */
    EphemeralTask known(EphemeralTask read) {
        return writes.newest(read);
    }

    /** True where the API server is known to have its end. */
    boolean ended(EphemeralTask known) {
        return TaskMemory.counts(known.getStatus()).verdict().isPresent();
    }

    /** What is asked for, with what was counted of it so far. */
    Desired remembering(EphemeralTask known, Desired asked) {
        var latest = writes.latest(known);
        var counted = TaskMemory.counts(latest);
        var batch = asked.batch()
                .orElseThrow()
                .withCounted(counted)
                .withRecorded(TaskMemory.counts(known.getStatus()))
                .withDeadline(deadline(known, latest));
        var left = batch.completions() - counted.completed().size();
        var active = counted.verdict().isPresent() ? 0 : Math.min(left, batch.parallelism());
        return asked.withReplicas(active).withAdmitted(active).withBatch(Optional.of(batch));
    }

    private static Optional<Instant> deadline(EphemeralTask known, EphemeralTaskStatus latest) {
        var seconds = known.getSpec().activeDeadlineSeconds();
        return seconds == null
                ? Optional.empty()
                : TaskMemory.startedAt(latest).map(start -> start.plusSeconds(seconds));
    }

    UpdateControl<EphemeralTask> report(EphemeralTask known, Turn turn) {
        var before = writes.latest(known);
        var image = ImageReport.of(before == null ? null : before.image(), turn.image(), turn.pull());
        var status = TaskStatusCalculator.status(
                writes.telling(known, before),
                known.getMetadata().getGeneration(),
                turn.runtime(),
                turn.desired(),
                turn.observed(),
                turn.shortage(),
                turn.audit(),
                image,
                turn.compliance());
        writes.tell(known, status);
        var looks = Stream.of(
                turn.plan().requeueAfter(),
                turn.shortage().map(shortage -> SOON),
                Expiry.due(known).map(at -> Duration.between(clock.instant(), at)),
                turn.auditInterval(),
                turn.complianceInterval());
        return write(known, before, status, looks.flatMap(Optional::stream).min(Comparator.naturalOrder()));
    }

    /** The spec can't even be read: nothing is changed until it is corrected. */
    UpdateControl<EphemeralTask> refuse(EphemeralTask known, InvalidSpec invalid) {
        var before = writes.latest(known);
        var status = TaskStatusCalculator.invalid(
                before, known.getMetadata().getGeneration(), invalid.failure(), clock.instant());
        return write(known, before, status, Optional.empty());
    }

    UpdateControl<EphemeralTask> unknown(EphemeralTask known, RuntimeUnavailable unavailable) {
        var before = writes.latest(known);
        var status = TaskStatusCalculator.unreachable(
                before,
                known.getMetadata().getGeneration(),
                new Failure("EngineUnreachable", unavailable.getMessage()),
                clock.instant());
        return write(known, before, status, Optional.of(SOON));
    }

    void forget(EphemeralTask task) {
        writes.forget(task);
    }

    private UpdateControl<EphemeralTask> write(
            EphemeralTask known, EphemeralTaskStatus before, EphemeralTaskStatus status, Optional<Duration> nextLook) {
        if (status.equals(before) || writes.underWay(known)) {
            return later(nextLook); // the answer to what is under way wakes it
        }
        var wait = writes.wait(known)
                .filter(until -> before != null && Objects.equals(before.conditions(), status.conditions()));
        if (wait.isPresent()) {
            return later(nextLook.filter(look -> look.compareTo(wait.get()) < 0).or(() -> wait));
        }
        var owner = ResourceOwner.of(known);
        writes.begin(known, status);
        writer.write(bare(known, status), new StatusWriter.Outcome<EphemeralTask>() {
            @Override
            public void written(EphemeralTask resource) {
                writes.written(resource);
                news.told(owner, before, status);
                resources.wake(owner);
            }

            @Override
            public void refused() {
                writes.refused(known);
                resources.wake(owner);
            }
        });
        return later(nextLook);
    }

    /** Nothing but whose status it is, the version that it was made from, and the status. */
    private static EphemeralTask bare(EphemeralTask known, EphemeralTaskStatus status) {
        var bare = new EphemeralTask();
        bare.setMetadata(new ObjectMetaBuilder()
                .withName(known.getMetadata().getName())
                .withNamespace(known.getMetadata().getNamespace())
                .withUid(known.getMetadata().getUid())
                .withResourceVersion(known.getMetadata().getResourceVersion())
                .build());
        bare.setStatus(status);
        return bare;
    }

    private static UpdateControl<EphemeralTask> later(Optional<Duration> nextLook) {
        var control = UpdateControl.<EphemeralTask>noUpdate();
        nextLook.ifPresent(look -> control.rescheduleAfter(Math.max(1, look.toMillis())));
        return control;
    }
}
