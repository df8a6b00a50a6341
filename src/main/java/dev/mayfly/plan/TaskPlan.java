package dev.mayfly.plan;

import dev.mayfly.model.Batch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Tally;

/**
 * A task is run to completion: each index until an attempt of it ends well, or the task has failed. What is launched follows
 * what is counted; what is removed follows what is recorded, so that no crash forgets a success.
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

    /** One that wrote more than it may has failed: it is known so from memory until its successor is launched. */
    private static void evict(Draft draft) {
        for (var next = draft.expected().excessive();
                next.hasNext();
                next = draft.expected().excessive()) {
            draft.remove(next.next(), Cause.RECREATE);
        }
    }

    /** Nothing runs any longer: what stands of a task that ended is what is kept of it. */
    private static void end(Draft draft) {
        draft.expected()
                .all()
                .filter(replica -> !replica.phase().over() && !replica.phase().leaving())
                .forEach(replica -> draft.remove(replica, Cause.TASK_OVER));
    }
}
