package dev.mayfly.core.plan;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Termination.Exit;
import java.util.Optional;

/** How a terminated attempt of a task is counted. */
public enum AttemptOutcome {
    SUCCESS,
    FAILURE,
    /** Its exit is not known, or it left no container. Its index is run again. */
    UNKNOWN;

    /** @param terminated a terminated attempt ({@link Phase#terminated()}) */
    public static AttemptOutcome of(Replica terminated) {
        if (replaced(terminated)) {
            return FAILURE;
        }
        if (terminated.phase() == Phase.FAILED || terminated.outcome().excused()) {
            return UNKNOWN;
        }
        var neverStarted =
                terminated.phase() == Phase.ENDED && terminated.startedAt().isEmpty();
        return terminated
                .outcome()
                .exit()
                .map(Exit::code)
                .map(code -> code == 0 ? SUCCESS : FAILURE)
                .orElse(neverStarted ? FAILURE : UNKNOWN);
    }

    /**
     * True if it was removed because it was not healthy or exceeded a size limit. How it then ended does not matter.
     */
    private static boolean replaced(Replica terminated) {
        var why = terminated.outcome().failure();
        return terminated.phase() == Phase.LOST
                && why.isPresent()
                && (why.equals(terminated.health().unhealthy()) || why.equals(Optional.of(Writes.REPLACED)));
    }
}
