package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.RemovalQueue;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Tally;
import java.util.stream.Stream;

/**
 * Removes attempts that are not needed or exceed the parallelism. This is not counted as a failure: the index is free
 * again.
 */
final class TaskSurplus {
    private TaskSurplus() {}

    static void plan(Draft draft, Batch batch, Tally tally) {
        var needless = unfinished(draft)
                .filter(replica -> !wanted(draft, batch, tally, replica))
                .toList();
        needless.forEach(replica -> draft.remove(replica, Cause.SCALE_DOWN));
        lower(draft, batch.parallelism());
    }

    /** False for an attempt whose index has a later one, or is complete. A crashed operator can leave such attempts. */
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
     * Removes attempts beyond the parallelism: those that never started first, then the youngest, so that the least
     * work is lost. An attempt that waits for its back-off takes no place and records the back-off, so it is removed
     * only if the parallelism is 0.
     */
    private static void lower(Draft draft, int parallelism) {
        // The content of ConfigMaps makes no attempt's revision older than another's.
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
