package dev.mayfly.plan;

import dev.mayfly.model.Exit;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Writes;
import java.util.Optional;

/** What an attempt of a task that is over counts as. */
public enum Outcome {
    SUCCESS,
    FAILURE,
    /** Nobody knows how it ended, or it left no container: its index is run again. */
    UNKNOWN;

    /** @param over an attempt whose phase {@link Phase#over()} */
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

    /** It was not healthy, or wrote more than it may, and was ended for that: however it then ended. */
    private static boolean replaced(Replica over) {
        var why = over.failure();
        return over.phase() == Phase.LOST
                && why.isPresent()
                && (why.equals(over.unhealthy()) || why.equals(Optional.of(Writes.REPLACED)));
    }
}
