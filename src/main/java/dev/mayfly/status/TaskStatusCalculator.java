package dev.mayfly.status;

import static dev.mayfly.status.Conditions.condition;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Batch;
import dev.mayfly.model.Compliance;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Ephemerality.Mode;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Tally;
import dev.mayfly.model.Tally.Verdict;
import dev.mayfly.plan.Counting;
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
        var batch = desired.batch().orElseThrow();
        var tally = Counting.after(batch, observed);
        var told = Told.by(before);
        var found = Proof.modes(desired, observed).contains(Mode.Audit)
                ? Findings.of(told, desired.revision(), report)
                : null;
        var phase = phase(before, batch, tally, observed);
        var now = observed.now();
        var conditions = ends(told.conditions(), tally.verdict(), phase, generation, now)
                .with(degraded(told.conditions(), desired, observed, tally, trouble, generation), now)
                .with(Proof.of(told, desired, observed, report, found, generation), now)
                .with(Compliant.of(compliance, generation), now);
        var complete = tally.verdict().filter(Verdict::complete).isPresent();
        return lasting(
                before,
                before.with()
                        .observedGeneration(generation)
                        .runtime(runtime)
                        .phase(phase)
                        .active(observed.count(Phase.PENDING) + observed.count(Phase.RUNNING))
                        .succeeded(tally.completed().size())
                        .failed(tally.failed())
                        .completedIndexes(tally.completed().text().orElse(null))
                        .failedAttempts(TaskMemory.text(tally.failedAttempts()))
                        .completions(tally.completed().size() + "/" + batch.completions())
                        .startTime(Objects.requireNonNullElseGet(before.startTime(), () -> second(now)))
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

    /** The status while the observed state is not known: the counts keep their last values. */
    public static EphemeralTaskStatus unreachable(
            EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = begun(previous, generation, now);
        return before.withConditions(Trouble.unreachable(Conditions.of(before.conditions()), why, generation, now)
                .list());
    }

    /** The status for an invalid spec: everything that runs is left alone. */
    public static EphemeralTaskStatus invalid(EphemeralTaskStatus previous, long generation, Failure why, Instant now) {
        var before = begun(previous, generation, now);
        return before.withConditions(Trouble.invalid(Conditions.of(before.conditions()), why, generation, now)
                .list());
    }

    /** Both end conditions exist from the first status on, for clients that wait for one of them. */
    private static EphemeralTaskStatus begun(EphemeralTaskStatus previous, long generation, Instant now) {
        var before = previous == null ? NONE : previous;
        var known = Conditions.of(before.conditions());
        var phase = Objects.requireNonNullElse(before.phase(), PENDING);
        var conditions = known.find(TaskMemory.COMPLETE).isPresent()
                ? known
                : ends(known, Optional.empty(), phase, generation, now);
        return before.withObservedGeneration(generation).withPhase(phase).withConditions(conditions.list());
    }

    private static String phase(EphemeralTaskStatus before, Batch batch, Tally tally, Observed observed) {
        if (tally.verdict().isPresent()) {
            return tally.verdict().get().complete() ? TaskMemory.COMPLETE : TaskMemory.FAILED;
        }
        if (batch.parallelism() == 0) {
            return SUSPENDED;
        }
        var ran = observed.count(Phase.RUNNING)
                        + observed.dead()
                        + tally.completed().size()
                        + tally.failed()
                > 0;
        return ran || RUNNING.equals(before.phase()) ? RUNNING : PENDING;
    }

    /** The conditions hold no counts: a changed condition is written at once, changed counts are not. */
    private static Conditions ends(
            Conditions known, Optional<Verdict> verdict, String phase, long generation, Instant now) {
        return known.with(end(TaskMemory.COMPLETE, true, verdict, phase, generation), now)
                .with(end(TaskMemory.FAILED, false, verdict, phase, generation), now);
    }

    private static Condition end(
            String type, boolean complete, Optional<Verdict> verdict, String phase, long generation) {
        var is = verdict.filter(end -> end.complete() == complete).isPresent();
        return condition(
                type,
                is ? "True" : "False",
                verdict.map(Verdict::reason).orElse(phase),
                verdict.map(Verdict::message).orElse("The task is not over."),
                generation);
    }

    /** A task that has ended is not degraded. */
    private static Condition degraded(
            Conditions known,
            Desired desired,
            Observed observed,
            Tally tally,
            Optional<Failure> trouble,
            long generation) {
        return tally.verdict().isPresent()
                ? condition(Degradation.TYPE, "False", "AsExpected", "", generation)
                : Degradation.of(known, desired, observed, FailedSlots.NONE, trouble, generation);
    }

    /** Sets the task's duration, but keeps the previous status if nothing else differs. */
    private static EphemeralTaskStatus lasting(EphemeralTaskStatus before, EphemeralTaskStatus now, Instant at) {
        return now.equals(before)
                ? before
                : Elapsed.instant(now.startTime())
                        .map(start -> now.withDuration(
                                Elapsed.between(start, TaskMemory.endedAt(now).orElse(at))))
                        .orElse(now);
    }

    private static String second(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
