package dev.mayfly.core.plan;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.RemovalOrder.RemovalQueue;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.AttemptCounting.Finished;
import java.util.stream.Stream;

/**
 * Removes attempts that are not needed or exceed the parallelism. This is not counted as a failure: the index is free
 * again.
 */
final class TaskSurplus {
    private TaskSurplus() {}

    static void plan(PlanBuilder plan, Batch batch, TaskCounts counts) {
        var unneeded = unfinished(plan)
                .filter(replica -> !needed(plan, batch, counts, replica))
                .toList();
        unneeded.forEach(replica -> plan.remove(replica, Cause.SCALE_DOWN));
        enforceParallelism(plan, batch);
    }

    /** False for an attempt whose index has a later one, or is complete. A crashed operator can leave such attempts. */
    private static boolean needed(PlanBuilder plan, Batch batch, TaskCounts counts, Replica replica) {
        var index = replica.id().slot();
        return index < batch.completions()
                && !counts.completed().contains(index)
                && plan.expected().occupant(index).filter(replica::equals).isPresent();
    }

    private static Stream<Replica> unfinished(PlanBuilder plan) {
        var expected = plan.expected();
        return Stream.of(expected.oldest(), expected.waiting(), expected.superseded())
                .flatMap(Finished::stream)
                .filter(replica -> !replica.phase().terminated());
    }

    /**
     * Removes attempts beyond the parallelism: those that never started first, then the youngest, so that the least
     * work is lost. An attempt that waits for its back-off takes no place and records the back-off, so it is removed
     * only if the task is suspended.
     */
    private static void enforceParallelism(PlanBuilder plan, Batch batch) {
        // The content of ConfigMaps makes no attempt's revision older than another's.
        var queue = new RemovalQueue(plan.desired().withRevision(""), plan.expected(), revision -> true);
        while (running(plan) > batch.parallelism() && queue.hasNext()) {
            var next = queue.next();
            if (next.phase().mayRun()) {
                plan.remove(next, Cause.SCALE_DOWN);
            }
        }
        if (batch.suspended()) {
            Finished.stream(plan.expected().waiting())
                    .toList()
                    .forEach(waiting -> plan.remove(waiting, Cause.SCALE_DOWN));
        }
    }

    private static int running(PlanBuilder plan) {
        return plan.expected().count(Phase.PENDING) + plan.expected().count(Phase.RUNNING);
    }
}
