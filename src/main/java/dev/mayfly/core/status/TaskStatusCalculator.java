package dev.mayfly.core.status;

import static dev.mayfly.core.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.core.audit.AuditReport;
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
import java.util.List;
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
     * @param troubles what keeps the task from making progress and does not show in its attempts, the most urgent first
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
            List<Failure> troubles,
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
        var now = observed.now();
        var known = previousFindings.conditions();
        var degraded = degraded(before, desired, observed, counts, troubles, generation);
        var stage = Stage.of(known, desired, counts, observed, degraded);
        var conditions = stage.conditions(known, counts.verdict(), generation, now)
                .with(degraded, now)
                .with(EphemeralCondition.of(previousFindings, desired, observed, report, found, generation), now)
                .with(CompliantCondition.of(compliance, generation), now);
        var complete = counts.verdict().filter(Verdict::complete).isPresent();
        return before.with()
                .observedGeneration(refused ? before.observedGeneration() : Long.valueOf(generation))
                .runtime(runtime)
                .active(observed.count(Phase.PENDING) + observed.count(Phase.RUNNING))
                .succeeded(counts.completed().size())
                .failed(counts.failed())
                .completedIndexes(counts.completed().text().orElse(null))
                .failedAttempts(TaskMemory.listed(counts.failedAttempts()))
                .startTime(
                        batch.suspended() && counts.verdict().isEmpty()
                                ? null
                                : Objects.requireNonNullElseGet(before.startTime(), () -> Times.text(now)))
                .completionTime(
                        complete ? Objects.requireNonNullElseGet(before.completionTime(), () -> Times.text(now)) : null)
                .results(Results.of(before.results(), observed))
                .ephemerality(found)
                .image(image)
                .conditions(conditions.list())
                .build();
    }

    /**
     * The status while the observed state is not known: of attempts, only those are counted that were recorded as over,
     * and the spec counts as not observed.
     */
    public static EphemeralTaskStatus unreachable(
            EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = reporting(previous, generation, why, now);
        if (hasEnded(before)) {
            return before.withActive(null);
        }
        return before.withActive(null)
                .withConditions(Degradation.unreachable(Conditions.of(before.conditions()), why, generation, now)
                        .list());
    }

    /** The status for an invalid spec: everything that runs is left alone. */
    public static EphemeralTaskStatus invalid(EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = reporting(previous, generation, why, now);
        if (hasEnded(before)) {
            return before;
        }
        return before.withConditions(Degradation.invalid(Conditions.of(before.conditions()), why, generation, now)
                .list());
    }

    private static boolean hasEnded(EphemeralTaskStatus status) {
        return TaskMemory.verdict(Conditions.of(status.conditions())).isPresent();
    }

    /**
     * The previous status with that reason, unless the task has ended. Both end conditions exist from the first status on,
     * for clients that wait for one of them.
     */
    private static EphemeralTaskStatus reporting(
            EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = previous == null ? NONE : previous;
        if (hasEnded(before)) {
            return before;
        }
        var known = Conditions.of(before.conditions());
        var suspended = known.find(SUSPENDED)
                .filter(condition -> condition.getStatus().equals("True"))
                .isPresent();
        return before.withConditions(new Stage(why.reason(), suspended)
                .conditions(known, Optional.empty(), generation, now)
                .list());
    }

    /**
     * How far the task has come: the reason of its end conditions.
     *
     * @param reason of the end conditions while it has not ended
     */
    private record Stage(String reason, boolean suspended) {

        static Stage of(Conditions known, Desired desired, TaskCounts counts, Observed observed, Condition degraded) {
            if (counts.verdict().isPresent()) {
                return new Stage(counts.verdict().get().reason(), false);
            }
            if (desired.batch().orElseThrow().suspended()) {
                return new Stage(SUSPENDED, true);
            }
            if (degraded.getStatus().equals("True")) {
                return new Stage(degraded.getReason(), false);
            }
            var ran = observed.count(Phase.RUNNING)
                            + observed.terminatedContainers()
                            + counts.completed().size()
                            + counts.failed()
                    > 0;
            return new Stage(ran || hasRun(known) ? RUNNING : PENDING, false);
        }

        private static boolean hasRun(Conditions known) {
            return known.find(TaskMemory.COMPLETE)
                    .filter(c -> c.getReason().equals(RUNNING))
                    .isPresent();
        }

        /** The conditions hold no counts: a changed condition is written at once, changed counts are not. */
        Conditions conditions(Conditions known, Optional<Verdict> verdict, long generation, Instant now) {
            return known.with(end(TaskMemory.COMPLETE, true, verdict, generation), now)
                    .with(end(TaskMemory.FAILED, false, verdict, generation), now)
                    .with(suspension(generation), now);
        }

        private Condition end(String type, boolean complete, Optional<Verdict> verdict, long generation) {
            var is = verdict.filter(end -> end.complete() == complete).isPresent();
            return condition(
                    type,
                    is ? "True" : "False",
                    reason,
                    verdict.map(Verdict::message).orElse("The task has not ended."),
                    generation);
        }

        private Condition suspension(long generation) {
            return suspended
                    ? condition(
                            SUSPENDED,
                            "True",
                            SUSPENDED,
                            "No attempt is started while the task is suspended.",
                            generation)
                    : condition(SUSPENDED, "False", "NotSuspended", "", generation);
        }
    }

    /** A task that has ended is not degraded. */
    private static Condition degraded(
            EphemeralTaskStatus before,
            Desired desired,
            Observed observed,
            TaskCounts counts,
            List<Failure> troubles,
            long generation) {
        return counts.verdict().isPresent()
                ? condition(Degradation.TYPE, "False", "AsExpected", "", generation)
                : Degradation.of(
                        Conditions.of(before.conditions()),
                        desired,
                        observed,
                        FailedSlots.NONE,
                        Results.lastExit(before.results()),
                        troubles,
                        generation);
    }
}
