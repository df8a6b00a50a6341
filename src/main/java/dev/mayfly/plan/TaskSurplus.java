package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.RemovalQueue;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Tally;
import java.util.stream.Stream;

/** Attempts that nobody needs, or that are more than may run at once. No failure of theirs: their index is free again. */
final class TaskSurplus {
    private TaskSurplus() {}

    static void plan(Draft draft, Batch batch, Tally tally) {
        var needless = unfinished(draft)
                .filter(replica -> !wanted(draft, batch, tally, replica))
                .toList();
        needless.forEach(replica -> draft.remove(replica, Cause.SCALE_DOWN));
        lower(draft, batch.parallelism());
    }

    /** Where an operator that crashed left two attempts of one index, or one whose index another one has completed. */
    private static boolean wanted(Draft draft, Batch batch, Tally tally, Replica replica) {
        var index = replica.id().slot();
        return index < batch.completions()
                && !tally.completed().contains(index)
                && draft.expected().occupant(index).filter(replica::equals).isPresent();
    }

    private static Stream<Replica> unfinished(Draft draft) {
        var expected = draft.expected();
        return Stream.of(expected.oldest(), expected.waiting(), expected.superseded())
                .flatMap(Finished::stream)
                .filter(replica -> !replica.phase().over());
    }

    /**
     * Those first that never started, then the youngest: least is lost with them. What waits for its back-off takes no place, and
     * remembers; it goes only where none may run.
     */
    private static void lower(Draft draft, int parallelism) {
        // What it takes from ConfigMaps makes no revision of a task older than another.
        var queue = new RemovalQueue(draft.desired().withRevision(""), draft.expected(), revision -> true);
        while (running(draft) > parallelism && queue.hasNext()) {
            var next = queue.next();
            if (next.phase().counts()) {
                draft.remove(next, Cause.SCALE_DOWN);
            }
        }
        if (parallelism == 0) {
            Finished.stream(draft.expected().waiting())
                    .toList()
                    .forEach(waiting -> draft.remove(waiting, Cause.SCALE_DOWN));
        }
    }

    private static int running(Draft draft) {
        return draft.expected().count(Phase.PENDING) + draft.expected().count(Phase.RUNNING);
    }
}
