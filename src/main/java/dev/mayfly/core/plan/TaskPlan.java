package dev.mayfly.core.plan;

import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal.Cause;

/**
 * Plans a task: each index is run until an attempt succeeds or the task has failed. Launches follow what is counted,
 * removals what is recorded, so that no crash loses a success.
 */
final class TaskPlan {
    private TaskPlan() {}

    static void plan(PlanBuilder plan, Batch batch, Observed observed) {
        var counts = AttemptCounting.after(batch, observed);
        TaskHistory.plan(plan, batch, observed);
        if (batch.recorded().verdict().isPresent()) {
            end(plan);
        } else if (counts.verdict().isEmpty()) {
            run(plan, batch, counts);
        }
        if (!counts.equals(batch.recorded())) {
            plan.requeueOnceRecorded();
        }
    }

    private static void run(PlanBuilder plan, Batch batch, TaskCounts counts) {
        batch.deadline().ifPresent(plan::requeueAt);
        Unhealthy.plan(plan);
        evict(plan);
        OutsideChanges.plan(plan);
        TaskSurplus.plan(plan, batch, counts);
        TaskStarts.plan(plan, batch, counts);
    }

    /** Removes attempts that exceeded a size limit. Memory knows them as failed until their successor is launched. */
    private static void evict(PlanBuilder plan) {
        for (var next = plan.expected().overLimit();
                next.hasNext();
                next = plan.expected().overLimit()) {
            plan.remove(next.next(), Cause.RECREATE);
        }
    }

    /** Removes everything that has not terminated. The containers left are those kept for their logs. */
    private static void end(PlanBuilder plan) {
        plan.expected()
                .all()
                .filter(replica ->
                        !replica.phase().terminated() && !replica.phase().leaving())
                .forEach(replica -> plan.remove(replica, Cause.TASK_OVER));
    }
}
