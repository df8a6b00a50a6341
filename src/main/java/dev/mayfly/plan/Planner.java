package dev.mayfly.plan;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;

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
        GivenUp.plan(plan, observed);
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
    static Draft begin(Desired desired, Observed observed, int window) {
        return new Draft(desired.withoutAbandoned(), GivenUp.withoutKept(desired, observed), window);
    }
}
