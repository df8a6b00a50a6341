package dev.mayfly.plan;

import dev.mayfly.model.Removal.Cause;

/**
 * A replica whose liveness or startup probe failed for good serves nobody: it goes whatever the budget says, and
 * {@link Healing} fills its slot by the ordinary rules once its container is gone. The dead of its slot stay for their logs.
 */
final class Unhealthy {
    private Unhealthy() {}

    static void plan(Draft draft) {
        for (var next = draft.expected().unhealthy();
                next.hasNext();
                next = draft.expected().unhealthy()) {
            draft.remove(next.next(), Cause.UNHEALTHY);
        }
    }
}
