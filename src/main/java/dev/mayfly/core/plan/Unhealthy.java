package dev.mayfly.core.plan;

import dev.mayfly.core.model.Removal.Cause;

/**
 * Removes replicas whose liveness or startup probe failed for good, regardless of the budget, because they serve no
 * requests. {@link Healing} fills the slot by the ordinary rules once the container is gone. Terminated containers in
 * the slot stay for their logs.
 */
final class Unhealthy {
    private Unhealthy() {}

    static void plan(PlanBuilder plan) {
        for (var next = plan.expected().unhealthy();
                next.hasNext();
                next = plan.expected().unhealthy()) {
            plan.remove(next.next(), Cause.UNHEALTHY);
        }
    }
}
