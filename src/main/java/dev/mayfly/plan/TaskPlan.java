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

    static void plan(Draft plan, Batch batch, Observed observed) {
        var counts = Counting.after(batch, observed);
        TaskRemains.plan(plan, batch, observed);
        if (batch.recorded().verdict().isPresent()) {
            end(plan);
        } else if (counts.verdict().isEmpty()) {
            run(plan, batch, counts);
        }
        if (!counts.equals(batch.recorded())) {
            plan.requeueOnceRecorded();
        }
    }

    private static void run(Draft plan, Batch batch, Tally counts) {
        batch.deadline().ifPresent(plan::requeueAt);
        Unhealthy.plan(plan);
        evict(plan);
        TaskSurplus.plan(plan, batch, counts);
        TaskStarts.plan(plan, batch, counts);
    }

    /** Removes attempts that exceeded a size limit. Memory knows them as failed until their successor is launched. */
    private static void evict(Draft plan) {
        for (var next = plan.expected().overLimit();
                next.hasNext();
                next = plan.expected().overLimit()) {
            plan.remove(next.next(), Cause.RECREATE);
        }
    }

    /** Removes everything that has not terminated. The containers left are those kept for their logs. */
    private static void end(Draft plan) {
        plan.expected()
                .all()
                .filter(replica -> !replica.phase().terminated() && !replica.phase().leaving())
                .forEach(replica -> plan.remove(replica, Cause.TASK_OVER));
    }
}
