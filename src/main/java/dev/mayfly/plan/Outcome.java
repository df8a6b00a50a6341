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

    /** @param terminated a terminated attempt ({@link Phase#terminated()}) */
    public static Outcome of(Replica terminated) {
        if (replaced(terminated)) {
            return FAILURE;
        }
        if (terminated.phase() == Phase.FAILED || terminated.excused()) {
            return UNKNOWN;
        }
        var neverStarted = terminated.phase() == Phase.ENDED && terminated.startedAt().isEmpty();
        return terminated.exit()
                .map(Exit::code)
                .map(code -> code == 0 ? SUCCESS : FAILURE)
                .orElse(neverStarted ? FAILURE : UNKNOWN);
    }

    /**
     * True if it was removed because it was not healthy or exceeded a size limit. How it then ended does not matter.
     */
    private static boolean replaced(Replica terminated) {
        var why = terminated.failure();
        return terminated.phase() == Phase.LOST
                && why.isPresent()
                && (why.equals(terminated.unhealthy()) || why.equals(Optional.of(Writes.REPLACED)));
    }
}
