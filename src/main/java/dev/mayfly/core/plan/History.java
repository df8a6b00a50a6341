package dev.mayfly.core.plan;

import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;

/** Removes superseded attempts: a few terminated containers are kept for their logs, and the oldest go first. */
final class History {
    private History() {}

    /**
     * Plans on the {@code observed} state, not on the expected one: until a successor exists, its terminated
     * predecessor is the only record of the slot's back-off.
     */
    static void plan(PlanBuilder plan, Observed observed) {
        var superseded = observed.superseded();
        var kept = AbandonedSlots.keptForLogs(plan.desired(), observed).size();
        var tooMany =
                observed.supersededCount() + kept - plan.desired().restarts().terminatedHistoryLimit();
        while (superseded.hasNext()) {
            var replica = superseded.next();
            var gone = plan.expected().find(replica.id()).filter(r -> !r.phase().leaving());
            if (gone.isEmpty()) {
                tooMany--;
            } else if (!replica.phase().terminated()) {
                plan.remove(replica, Cause.HISTORY);
                tooMany--;
            } else if (tooMany-- > 0 && !awaitsSuccessor(observed, replica.id().slot())) {
                plan.remove(replica, Cause.HISTORY);
            }
        }
        removeWithoutSuccessor(plan);
    }

    /**
     * Removes terminated occupants beyond the limit while the engine has no capacity for their successors, so that they
     * don't pile up. Their slots are filled once there is capacity.
     */
    private static void removeWithoutSuccessor(PlanBuilder plan) {
        var candidates = plan.expected().terminated();
        while (LaunchAllowance.full(plan)
                && plan.expected().terminatedContainers()
                        > plan.desired().restarts().terminatedHistoryLimit()
                && candidates.hasNext()) {
            var terminated = candidates.next();
            if (terminated.phase() == Phase.ENDED
                    && !plan.abandons(terminated.id().slot())) {
                plan.vacate(terminated, Cause.HISTORY);
            }
        }
    }

    /** A successor whose container is created records the back-off itself. */
    private static boolean awaitsSuccessor(Observed observed, int slot) {
        return observed.occupant(slot)
                .filter(successor -> !successor.containerCreated())
                .isPresent();
    }
}
