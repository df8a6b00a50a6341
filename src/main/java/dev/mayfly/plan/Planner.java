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
        var draft = draft(desired, observed, window);
        if (desired.deleted()) {
            Deletion.plan(draft);
            return draft.plan();
        }
        if (desired.batch().isPresent()) {
            TaskPlan.plan(draft, desired.batch().get(), observed);
            return draft.plan();
        }
        GivenUp.plan(draft, observed);
        ScaleDown.plan(draft);
        Unhealthy.plan(draft);
        Rollout.plan(draft);
        Recreation.plan(draft);
        Lifetime.plan(draft);
        Healing.plan(draft);
        ScaleUp.plan(draft);
        History.plan(draft, observed);
        return draft.plan();
    }

    /** A builder without decisions. */
    static Draft draft(Desired desired, Observed observed, int window) {
        return new Draft(desired.withoutGivenUp(), GivenUp.settled(desired, observed), window);
    }
}
