package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Batch.TaskCounts.Verdict;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.plan.AttemptCounting;
import dev.mayfly.core.policy.Compliance;
import dev.mayfly.core.status.Degradation.FailedSlots;
import dev.mayfly.core.status.Findings.PreviousFindings;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/** Calculates a task's status. Pure: the same input gives the same status, so nothing is written if nothing changed. */
public final class TaskStatusCalculator {
    private static final EphemeralTaskStatus NONE =
            EphemeralTaskStatusBuilder.builder().build();
    private static final String PENDING = "Pending";
    private static final String RUNNING = "Running";
    private static final String SUSPENDED = "Suspended";

    private TaskStatusCalculator() {}

    /**
     * The status for an observed state.
     *
     * @param previous the previous status; null: none
     * @param runtime name of the runtime that the task started with
     * @param desired the desired state that was planned for; its batch is present
     * @param trouble a failure that keeps the task from making progress and does not show in its attempts; empty:
     *     none
     * @param report findings of the audits; {@link AuditReport#NONE}: nothing is audited
     * @param image null: not known, or no longer
     * @param compliance the image policies' verdict on the image
     */
    public static EphemeralTaskStatus status(
            EphemeralTaskStatus previous,
            long generation,
            String runtime,
            Desired desired,
            Observed observed,
            Optional<Failure> trouble,
            AuditReport report,
            ImageStatus image,
            Compliance compliance) {
        var before = previous == null ? NONE : previous;
        var refused = desired.rollout().refused().isPresent();
        var batch = desired.batch().orElseThrow();
        var counts = AttemptCounting.after(batch, observed);
        var previousFindings = PreviousFindings.of(before);
        var found = EphemeralCondition.modes(desired, observed).contains(Mode.Audit)
                ? Findings.of(previousFindings, desired.revision(), report)
                : null;
        var phase = phase(before, batch, counts, observed);
        var now = observed.now();
        var conditions = endConditions(previousFindings.conditions(), counts.verdict(), phase, generation, now)
                .with(degraded(previousFindings.conditions(), desired, observed, counts, trouble, generation), now)
                .with(EphemeralCondition.of(previousFindings, desired, observed, report, found, generation), now)
                .with(CompliantCondition.of(compliance, generation), now);
        var complete = counts.verdict().filter(Verdict::complete).isPresent();
        return timed(
                before,
                before.with()
                        .observedGeneration(refused ? before.observedGeneration() : Long.valueOf(generation))
                        .runtime(runtime)
                        .phase(phase)
                        .active(observed.count(Phase.PENDING) + observed.count(Phase.RUNNING))
                        .succeeded(counts.completed().size())
                        .failed(counts.failed())
                        .completedIndexes(counts.completed().text().orElse(null))
                        .failedAttempts(TaskMemory.text(counts.failedAttempts()))
                        .completions(counts.completed().size() + "/" + batch.completions())
                        .startTime(
                                batch.suspended() && counts.verdict().isEmpty()
                                        ? null
                                        : Objects.requireNonNullElseGet(before.startTime(), () -> second(now)))
                        .completionTime(
                                complete
                                        ? Objects.requireNonNullElseGet(before.completionTime(), () -> second(now))
                                        : null)
                        .results(Results.of(before.results(), observed))
                        .ephemerality(found)
                        .image(image)
                        .conditions(conditions.list())
                        .build(),
                now);
    }

    /**
     * The status while the observed state is not known: of attempts, only those are counted that were recorded as over,
     * and the spec counts as not observed.
     */
    public static EphemeralTaskStatus unreachable(
            EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = started(previous, generation, now);
        return before.withActive(null)
                .withConditions(Degradation.unreachable(Conditions.of(before.conditions()), why, generation, now)
                        .list());
    }

    /** The status for an invalid spec: everything that runs is left alone. */
    public static EphemeralTaskStatus invalid(EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = started(previous, generation, now);
        return before.withConditions(Degradation.invalid(Conditions.of(before.conditions()), why, generation, now)
                .list());
    }

    /** Both end conditions exist from the first status on, for clients that wait for one of them. */
    private static EphemeralTaskStatus started(EphemeralTaskStatus previous, long generation, Instant now) {
        var before = previous == null ? NONE : previous;
        var known = Conditions.of(before.conditions());
        var phase = Objects.requireNonNullElse(before.phase(), PENDING);
        var conditions = known.find(TaskMemory.COMPLETE).isPresent()
                ? known
                : endConditions(known, Optional.empty(), phase, generation, now);
        return before.withPhase(phase).withConditions(conditions.list());
    }

    private static String phase(EphemeralTaskStatus before, Batch batch, TaskCounts counts, Observed observed) {
        if (counts.verdict().isPresent()) {
            return counts.verdict().get().complete() ? TaskMemory.COMPLETE : TaskMemory.FAILED;
        }
        if (batch.suspended()) {
            return SUSPENDED;
        }
        var ran = observed.count(Phase.RUNNING)
                        + observed.terminatedContainers()
                        + counts.completed().size()
                        + counts.failed()
                > 0;
        return ran || RUNNING.equals(before.phase()) ? RUNNING : PENDING;
    }

    /** The conditions hold no counts: a changed condition is written at once, changed counts are not. */
    private static Conditions endConditions(
            Conditions known, Optional<Verdict> verdict, String phase, long generation, Instant now) {
        return known.with(endCondition(TaskMemory.COMPLETE, true, verdict, phase, generation), now)
                .with(endCondition(TaskMemory.FAILED, false, verdict, phase, generation), now);
    }

    private static Condition endCondition(
            String type, boolean complete, Optional<Verdict> verdict, String phase, long generation) {
        var is = verdict.filter(end -> end.complete() == complete).isPresent();
        return condition(
                type,
                is ? "True" : "False",
                verdict.map(Verdict::reason).orElse(phase),
                verdict.map(Verdict::message).orElse("The task has not ended."),
                generation);
    }

    /** A task that has ended is not degraded. */
    private static Condition degraded(
            Conditions known,
            Desired desired,
            Observed observed,
            TaskCounts counts,
            Optional<Failure> trouble,
            long generation) {
        return counts.verdict().isPresent()
                ? condition(Degradation.TYPE, "False", "AsExpected", "", generation)
                : Degradation.of(known, desired, observed, FailedSlots.NONE, trouble, generation);
    }

    /** Sets the task's duration, but keeps the previous status if nothing else differs. */
    private static EphemeralTaskStatus timed(EphemeralTaskStatus before, EphemeralTaskStatus now, Instant at) {
        return now.equals(before)
                ? before
                : Durations.instant(now.startTime())
                        .map(start -> now.withDuration(
                                Durations.between(start, TaskMemory.endedAt(now).orElse(at))))
                        .orElse(now);
    }

    private static String second(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
