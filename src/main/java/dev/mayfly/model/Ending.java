package dev.mayfly.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The end of one replica attempt, for people.
 *
 * @param replica such as {@code web-1}
 * @param attempt which attempt of its slot
 * @param exit how its PID 1 ended; empty where nobody saw it
 * @param reason one CamelCase word
 * @param at when it ended
 * @param message details; empty where the reason says it all
 * @param writes paths that it wrote outside of volumes, as far as they are known; bounded
 * @param asked true where it ended because Mayfly removed it
 */
public record Ending(
        String replica,
        int attempt,
        Optional<Exit> exit,
        String reason,
        Instant at,
        String message,
        List<String> writes,
        boolean asked) {
    /** How many of a workload's are kept. */
    public static final int LISTED = 5;
    /** Asked to go, it ended by itself in time. */
    public static final String STOPPED = "Stopped";
    /** Asked to go, it did not, and had to be killed. */
    public static final String GRACE_EXCEEDED = "GraceExceeded";
}
