package dev.mayfly.plan;

import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
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
        forgetTheHopeless(draft);
    }

    /** Those that the engine has no room to succeed go as well, so that nobody's dead pile up: their slots are filled anew when it has. */
    private static void forgetTheHopeless(Draft draft) {
        var over = draft.expected().over();
        while (Room.full(draft) && draft.expected().dead() > draft.desired().historyLimit() && over.hasNext()) {
            var dead = over.next();
            if (dead.phase() == Phase.ENDED && !draft.givesUp(dead.id().slot())) {
                draft.vacate(dead, Cause.HISTORY);
            }
        }
    }

    /** One that was made and is about to start remembers by itself, however long that takes. */
    private static boolean awaitsSuccessor(Observed observed, int slot) {
        return observed.occupant(slot).filter(successor -> !successor.made()).isPresent();
    }
}
