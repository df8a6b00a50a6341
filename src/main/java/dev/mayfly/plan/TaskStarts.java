package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Tally;
import java.time.Instant;

/** Launches attempts: first for failed indexes that are due, then for the next indexes in ascending order. */
final class TaskStarts {
    private final Draft draft;
    private final Batch batch;
    private final Tally tally;

    private TaskStarts(Draft draft, Batch batch, Tally tally) {
        this.draft = draft;
        this.batch = batch;
        this.tally = tally;
    }

    static void plan(Draft draft, Batch batch, Tally tally) {
        if (!TaskRemains.tooMany(batch, draft.expected())) {
            var starts = new TaskStarts(draft, batch, tally);
            starts.succeed();
            starts.startWaiting();
            starts.startNext();
        }
    }

    /** As in {@link Healing}: the successor is created at once, started when due, and records the back-off. */
    private void succeed() {
        for (var over = draft.expected().over(); over.hasNext() && room(); ) {
            var replica = over.next();
            if (unfinished(replica.id().slot()) && mayBeForgotten(replica)) {
                succeed(replica);
            }
        }
    }

    /**
     * True if the attempt need not be remembered. A successor replaces what only memory knows, so a failure must be
     * recorded first.
     */
    private boolean mayBeForgotten(Replica over) {
        return over.phase() != Phase.LOST
                || Outcome.of(over) != Outcome.FAILURE
                || batch.recorded().counts(over.id());
    }

    private void succeed(Replica over) {
        var backOff = backOff(over);
        var due = backOff.notBefore(over, draft.now());
        // Nothing but memory records the back-off of a launch that left no container, so its successor is launched only when due.
        if (over.phase() == Phase.FAILED && due.isAfter(draft.now())) {
            draft.lookAgain(due);
        } else if (over.phase() == Phase.FAILED || roomToMake()) {
            var restarts = over.restarts() + (over.phase() == Phase.FAILED && over.excused() ? 0 : 1);
            var priority = backOff.again() ? Priority.MAKE : priority(backOff.failures());
            launch(next(over), backOff.failures(), restarts, due, priority);
        }
    }

    /** As in a Job, a failed attempt backs off no matter how long it ran. */
    private BackOff backOff(Replica over) {
        var policy = draft.desired().backOff();
        return Outcome.of(over) == Outcome.FAILURE
                ? BackOff.replaced(over, over.since(), policy)
                : BackOff.after(over, policy);
    }

    private void startWaiting() {
        var waiting = draft.expected().waiting();
        while (waiting.hasNext()) {
            var replica = waiting.next();
            if (replica.notBefore().isAfter(draft.now())) {
                draft.lookAgain(replica.notBefore());
                return;
            }
            if (!room()) {
                return;
            }
            draft.launch(new Launch(
                    replica.id(),
                    replica.revision(),
                    draft.desired().template(),
                    replica.failures(),
                    replica.restarts(),
                    replica.notBefore(),
                    priority(replica.failures())));
        }
    }

    private void startNext() {
        var indexes = tally.completed()
                .missing(batch.completions())
                .filter(index -> draft.expected().occupant(index).isEmpty())
                .iterator();
        while (roomToMake() && taken() + draft.expected().count(Phase.FAILED) < most() && indexes.hasNext()) {
            var index = indexes.nextInt();
            launch(id(index, tally.failedAttempts().getOrDefault(index, 0) + 1), 0, 0, draft.now(), priority(0));
        }
    }

    private void launch(ReplicaId id, int failures, int restarts, Instant notBefore, Priority priority) {
        var desired = draft.desired();
        draft.launch(new Launch(id, desired.revision(), desired.template(), failures, restarts, notBefore, priority));
    }

    /**
     * A task serves nobody, so it queues behind all heals, and an index that fails repeatedly queues behind all others.
     */
    private static Priority priority(int failures) {
        return failures < 2 ? Priority.SCALE : Priority.RETRY;
    }

    /** Higher than what is observed and than what was counted: an attempt's number is used once. */
    private ReplicaId next(Replica over) {
        var index = over.id().slot();
        return id(index, Math.max(over.id().attempt(), tally.failedAttempts().getOrDefault(index, 0)) + 1);
    }

    private ReplicaId id(int index, int attempt) {
        return new ReplicaId(draft.desired().owner(), index, attempt);
    }

    private boolean unfinished(int index) {
        return index < batch.completions() && !tally.completed().contains(index);
    }

    private boolean room() {
        return taken() < most() && draft.expected().count(Phase.PENDING) < draft.window();
    }

    /**
     * If containers can't be created, the cause is rarely the index's own: a window full of failures stops further
     * attempts.
     */
    private boolean roomToMake() {
        var expected = draft.expected();
        return room() && expected.count(Phase.PENDING) + expected.count(Phase.FAILED) < draft.window();
    }

    private int taken() {
        return Room.taken(draft);
    }

    private int most() {
        return draft.desired().admitted();
    }
}
