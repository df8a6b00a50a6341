package dev.mayfly.plan;

import dev.mayfly.model.Observed;
import dev.mayfly.model.Removal.Cause;

/** What stands below the newest attempt of its slot: a few dead are kept for their logs, the oldest go first. */
final class History {
    private History() {}

    /**
     * Plans on what was {@code observed}, not on what is expected: until a successor exists, the dead one is the only memory
     * of the slot's back-off.
     */
    static void plan(Draft draft, Observed observed) {
        var superseded = observed.superseded();
        var kept = GivenUp.kept(draft.desired(), observed).size();
        var tooMany = observed.supersededCount() + kept - draft.desired().historyLimit();
        while (superseded.hasNext()) {
            var replica = superseded.next();
            var gone =
                    draft.expected().find(replica.id()).filter(r -> !r.phase().leaving());
            if (gone.isEmpty()) {
                tooMany--;
            } else if (!replica.phase().over()) {
                draft.remove(replica, Cause.HISTORY);
                tooMany--;
            } else if (tooMany-- > 0 && !awaitsSuccessor(observed, replica.id().slot())) {
                draft.remove(replica, Cause.HISTORY);
            }
        }
    }

    /** One that was made and is about to start remembers by itself, however long that takes. */
    private static boolean awaitsSuccessor(Observed observed, int slot) {
        return observed.occupant(slot).filter(successor -> !successor.made()).isPresent();
    }
}
