package dev.mayfly.core.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The termination of one replica attempt, for users to read.
 *
 * @param replica such as {@code web-1}
 * @param attempt number of the attempt in its slot, 1 or more
 * @param container the runtime's name of its container, which tells it from a later attempt of the same number; empty: not known
 * @param exit how PID 1 exited; empty: not known
 * @param reason one CamelCase word
 * @param at when the attempt ended
 * @param message details; empty if the reason suffices
 * @param writes known paths that the replica wrote outside of volumes; bounded
 * @param requested true: it ended because Mayfly removed it
 */
@RecordBuilder
public record Termination(
        String replica,
        int attempt,
        String container,
        Optional<Exit> exit,
        String reason,
        Instant at,
        String message,
        List<String> writes,
        boolean requested)
        implements TerminationBuilder.With {
    /** Number of terminations kept for each workload. */
    public static final int LISTED = 5;
    /** The replica ended within its grace period after the stop signal. */
    public static final String STOPPED = "Stopped";
    /** The replica did not end within its grace period and was killed. */
    public static final String GRACE_EXCEEDED = "GraceExceeded";

    /** True if both are of one attempt, as two reports of its end are. */
    public boolean isSame(Termination other) {
        return replica.equals(other.replica) && attempt == other.attempt && container.equals(other.container);
    }

    /**
     * How a replica's PID 1 exited.
     *
     * @param code exit code, 0 … 255; 128 + n if signal n ended it
     * @param signal name of that signal, such as {@code SIGKILL}; empty: none
     */
    public record Exit(int code, String signal) {}
}
