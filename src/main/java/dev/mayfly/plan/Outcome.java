package dev.mayfly.plan;

import dev.mayfly.model.Exit;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Writes;
import java.util.Optional;

/** How a terminated attempt of a task is counted. */
public enum Outcome {
    SUCCESS,
    FAILURE,
    /** Nobody knows how it ended, or it left no container. Its index is run again. */
    UNKNOWN;

    /** @param over a terminated attempt ({@link Phase#over()}) */
    public static Outcome of(Replica over) {
        if (replaced(over)) {
            return FAILURE;
        }
        if (over.phase() == Phase.FAILED || over.excused()) {
            return UNKNOWN;
        }
        var neverStarted = over.phase() == Phase.ENDED && over.startedAt().isEmpty();
        return over.exit()
                .map(Exit::code)
                .map(code -> code == 0 ? SUCCESS : FAILURE)
                .orElse(neverStarted ? FAILURE : UNKNOWN);
    }

    /**
     * True if it was removed because it was not healthy or exceeded a size limit. How it then ended does not matter.
     */
    private static boolean replaced(Replica over) {
        var why = over.failure();
        return over.phase() == Phase.LOST
                && why.isPresent()
                && (why.equals(over.unhealthy()) || why.equals(Optional.of(Writes.REPLACED)));
    }
}
