package dev.mayfly.core.plan;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.plan.AttemptCounting.AttemptOutcome;
import java.time.Instant;

/** Launches attempts: first for failed indexes that are due, then for the next indexes in ascending order. */
final class TaskStarts {
    private final PlanBuilder plan;
    private final Batch batch;
    private final TaskCounts counts;

    private TaskStarts(PlanBuilder plan, Batch batch, TaskCounts counts) {
        this.plan = plan;
        this.batch = batch;
        this.counts = counts;
    }

    static void plan(PlanBuilder plan, Batch batch, TaskCounts counts) {
        if (!TaskHistory.tooManyUnrecorded(batch, plan.expected())) {
            var starts = new TaskStarts(plan, batch, counts);
            starts.createSuccessors();
            starts.startWaiting();
            starts.startNext();
        }
    }

    /** As in {@link Healing}: the successor is created at once, started when due, and records the back-off. */
    private void createSuccessors() {
        for (var terminated = plan.expected().terminated(); terminated.hasNext() && allowed(); ) {
            var replica = terminated.next();
            if (unfinished(replica.id().slot()) && mayBeReplaced(replica)) {
                replace(replica);
            }
        }
    }

    /**
     * True if the attempt need not be remembered. A successor replaces what only memory knows, so a failure must be
     * recorded first.
     */
    private boolean mayBeReplaced(Replica terminated) {
        return terminated.phase() != Phase.LOST
                || AttemptOutcome.of(terminated) != AttemptOutcome.FAILURE
                || batch.recorded().covers(terminated.id());
    }

    private void replace(Replica terminated) {
        var backOff = backOff(terminated);
        var due = backOff.notBefore(terminated, plan.now());
        // Nothing but memory records the back-off of a launch that left no container, so its successor is launched only
        // when due.
        if (terminated.phase() == Phase.FAILED && due.isAfter(plan.now())) {
            plan.requeueAt(due);
        } else if (terminated.phase() == Phase.FAILED || allowedToCreate()) {
            var restarts = terminated.history().restarts()
                    + (terminated.phase() == Phase.FAILED
                                    && terminated.outcome().excused()
                            ? 0
                            : 1);
            var priority = backOff.repeated() ? Priority.MAKE : priority(backOff.failures());
            launch(next(terminated), backOff.failures(), restarts, due, priority);
        }
    }

    /** As in a Job, a failed attempt backs off no matter how long it ran. */
    private BackOff backOff(Replica terminated) {
        var policy = plan.desired().restarts().backOff();
        return AttemptOutcome.of(terminated) == AttemptOutcome.FAILURE
                ? BackOff.afterReplacement(terminated, terminated.since(), policy)
                : BackOff.after(terminated, policy);
    }

    private void startWaiting() {
        var waiting = plan.expected().waiting();
        while (waiting.hasNext()) {
            var replica = waiting.next();
            if (replica.history().notBefore().isAfter(plan.now())) {
                plan.requeueAt(replica.history().notBefore());
                return;
            }
            if (!allowed()) {
                return;
            }
            plan.launch(new Launch(
                    replica.id(),
                    replica.revision(),
                    plan.desired().template(),
                    replica.history().failures(),
                    replica.history().restarts(),
                    replica.history().notBefore(),
                    priority(replica.history().failures())));
        }
    }

    private void startNext() {
        var indexes = counts.completed()
                .missing(batch.completions())
                .filter(index -> plan.expected().occupant(index).isEmpty())
                .iterator();
        while (allowedToCreate() && taken() + plan.expected().count(Phase.FAILED) < most() && indexes.hasNext()) {
            var index = indexes.nextInt();
            launch(id(index, counts.failedAttempts().getOrDefault(index, 0) + 1), 0, 0, plan.now(), priority(0));
        }
    }

    private void launch(ReplicaId id, int failures, int restarts, Instant notBefore, Priority priority) {
        var desired = plan.desired();
        plan.launch(new Launch(id, desired.revision(), desired.template(), failures, restarts, notBefore, priority));
    }

    /**
     * A task serves no requests, so it queues behind all heals, and an index that fails repeatedly queues behind all
     * others.
     */
    private static Priority priority(int failures) {
        return failures < 2 ? Priority.SCALE : Priority.RETRY;
    }

    /** Higher than what is observed and than what was counted: an attempt's number is used once. */
    private ReplicaId next(Replica terminated) {
        var index = terminated.id().slot();
        return id(
                index,
                Math.max(terminated.id().attempt(), counts.failedAttempts().getOrDefault(index, 0)) + 1);
    }

    private ReplicaId id(int index, int attempt) {
        return new ReplicaId(plan.desired().owner(), index, attempt);
    }

    private boolean unfinished(int index) {
        return index < batch.completions() && !counts.completed().contains(index);
    }

    private boolean allowed() {
        return taken() < most() && plan.expected().count(Phase.PENDING) < plan.window();
    }

    /**
     * If containers can't be created, the cause is rarely the index's own: a window full of failures stops further
     * attempts.
     */
    private boolean allowedToCreate() {
        var expected = plan.expected();
        return allowed() && expected.count(Phase.PENDING) + expected.count(Phase.FAILED) < plan.window();
    }

    private int taken() {
        return LaunchAllowance.taken(plan);
    }

    private int most() {
        return plan.desired().admitted();
    }
}
