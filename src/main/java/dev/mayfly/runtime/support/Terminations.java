package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.support.KnownReplica.End;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is told of the end of one replica. Pure. */
public final class Terminations {
    /** How one ended that somebody else removed by force. */
    public static final Failure REMOVED = new Failure("Removed", "Its container was removed by somebody else.");
    /** How one ended whose container somebody gave another name. */
    static final Failure RENAMED =
            new Failure("Renamed", "Somebody renamed its container, which is no replica any more.");

    private Terminations() {}

    /** One that nobody asked to go: it is over, and its container is there or was until now. One that never ran has no end. */
    static Optional<Termination> unasked(Replica over, Optional<End> end, List<String> writes) {
        if (over.startedAt().isEmpty()) {
            return Optional.empty();
        }
        return over.failure()
                .map(why -> new Termination(
                        over.id().replica(),
                        over.id().attempt(),
                        over.exit().or(() -> end.map(End::exit)),
                        why.reason(),
                        over.since(),
                        why.message(),
                        writes,
                        false));
    }

    /**
     * One that was asked to go, and has gone. One that never ran has no end.
     *
     * @param killed true: its grace was over, so the engine was told to kill it
     */
    static Optional<Termination> asked(
            Replica gone, Optional<End> end, Removal removal, boolean killed, List<String> writes, Instant now) {
        if (gone.startedAt().isEmpty() || (end.isEmpty() && !killed)) {
            return Optional.empty();
        }
        var exit = end.map(End::exit).orElse(Signals.KILL); // gone before the event came: by our own hand
        var unhealthy = removal.cause() == Cause.UNHEALTHY;
        var reason = unhealthy ? "Unhealthy" : reason(exit, killed);
        var message = gone.unhealthy()
                        .filter(why -> unhealthy)
                        .map(why -> why.message() + " ")
                        .orElse("")
                + message(reason(exit, killed), exit, removal.grace());
        return Optional.of(new Termination(
                gone.id().replica(),
                gone.id().attempt(),
                Optional.of(exit),
                reason,
                end.map(End::at).orElse(now),
                message,
                writes,
                !unhealthy));
    }

    private static String reason(Exit exit, boolean killed) {
        if (exit.code() != Signals.KILLED) {
            return Termination.STOPPED;
        }
        return killed ? Termination.GRACE_EXCEEDED : "Killed";
    }

    private static String message(String reason, Exit exit, Duration grace) {
        return switch (reason) {
            case Termination.STOPPED ->
                "It was asked to stop and ended within its grace with exit code " + Signals.text(exit) + ".";
            case Termination.GRACE_EXCEEDED ->
                grace.isZero()
                        ? "It was killed at once: its grace is 0."
                        : "It was asked to stop, did not end within its grace of " + grace.toSeconds()
                                + " s and was killed.";
            default -> "It was asked to stop; before its grace was over something else killed it.";
        };
    }
}
