package dev.mayfly.plan;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;

/** Decides what is to be done so that what is observed becomes what is desired. Pure and total; it knows no clock. */
public final class Planner {
    private Planner() {}

    /**
     * A plan costs O(actions · log N), and there are at most {@code window} launches in it, so a step costs the same on
     * 100 replicas as on 100,000.
     *
     * @param window the most launches that may be in flight at once, 1 or more
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

    /** A plan in which nothing is decided yet. */
    static Draft draft(Desired desired, Observed observed, int window) {
        return new Draft(desired.withoutGivenUp(), GivenUp.settled(desired, observed), window);
    }
}
