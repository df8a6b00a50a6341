package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Tally;

/**
 * Plans a task: each index is run until an attempt succeeds or the task has failed. Launches follow what is counted,
 * removals what is recorded, so that no crash loses a success.
 */
final class TaskPlan {
    private TaskPlan() {}

    static void plan(Draft draft, Batch batch, Observed observed) {
        var tally = Counting.after(batch, observed);
        TaskRemains.plan(draft, batch, observed);
        if (batch.recorded().verdict().isPresent()) {
            end(draft);
        } else if (tally.verdict().isEmpty()) {
            run(draft, batch, tally);
        }
        if (!tally.equals(batch.recorded())) {
            draft.awaitMemory();
        }
    }

    private static void run(Draft draft, Batch batch, Tally tally) {
        batch.deadline().ifPresent(draft::lookAgain);
        Unhealthy.plan(draft);
        evict(draft);
        TaskSurplus.plan(draft, batch, tally);
        TaskStarts.plan(draft, batch, tally);
    }

    /** Removes attempts that exceeded a size limit. Memory knows them as failed until their successor is launched. */
    private static void evict(Draft draft) {
        for (var next = draft.expected().excessive();
                next.hasNext();
                next = draft.expected().excessive()) {
            draft.remove(next.next(), Cause.RECREATE);
        }
    }

    /** Removes everything that has not terminated. The containers left are those kept for their logs. */
    private static void end(Draft draft) {
        draft.expected()
                .all()
                .filter(replica -> !replica.phase().over() && !replica.phase().leaving())
                .forEach(replica -> draft.remove(replica, Cause.TASK_OVER));
    }
}
