package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal.Cause;

/** Decides what to do so that the observed state becomes the desired one. Pure and total; knows no clock. */
public final class Planner {
    private Planner() {}

    /**
     * Plans the next step. A plan costs O(actions · log N) and has at most {@code window} launches, so a step costs the
     * same with 100 replicas as with 100,000.
     *
     * @param window most launches that may be in flight at once, 1 or more
     */
    public static Plan plan(Desired desired, Observed observed, int window) {
        var plan = begin(desired, observed, window);
        if (desired.deleted()) {
            Deletion.plan(plan);
            return plan.build();
        }
        if (desired.batch().isPresent()) {
            TaskPlan.plan(plan, desired.batch().get(), observed);
            return plan.build();
        }
        AbandonedSlots.plan(plan, observed);
        ScaleDown.plan(plan);
        Unhealthy.plan(plan);
        Rollout.plan(plan);
        Recreation.plan(plan);
        Lifetime.plan(plan);
        Healing.plan(plan);
        ScaleUp.plan(plan);
        History.plan(plan, observed);
        return plan.build();
    }

    /** A builder without decisions. */
    static PlanBuilder begin(Desired desired, Observed observed, int window) {
        return new PlanBuilder(desired.withoutAbandoned(), AbandonedSlots.withoutKept(desired, observed), window);
    }

    /** Plans the deletion of a workload: all its replicas are removed. */
    static final class Deletion {
        private Deletion() {}

        static void plan(PlanBuilder plan) {
            plan.expected()
                    .all()
                    .filter(replica -> !replica.phase().leaving())
                    .forEach(replica -> plan.remove(replica, Cause.OWNER_DELETED));
        }
    }
}
