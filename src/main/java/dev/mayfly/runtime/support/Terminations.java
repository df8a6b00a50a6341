package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.support.KnownReplica.End;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Builds the termination of a replica. Pure. */
public final class Terminations {
    /** Failure of a replica whose container another client of the engine removed by force. */
    public static final Failure REMOVED =
            new Failure("Removed", "Its container was removed by another client of the engine.");

    private Terminations() {}

    /** The failure of a replica whose PID 1 exited. @param outOfMemory true if the kernel killed it for its memory */
    public static Failure ended(OwnerId owner, Exit exit, boolean outOfMemory) {
        if (outOfMemory) {
            return new Failure(
                    "OOMKilled",
                    "Its processes used more than its memory limit (exit code " + exit.code()
                            + "). Raise resources.limits.memory or make it use less.");
        }
        return switch (exit.code()) {
            case 0 ->
                new Failure(
                        "Completed",
                        "PID 1 ended with exit code 0" + (owner.isTask() ? "." : "; a replica is meant to run on."));
            case Signals.KILLED ->
                new Failure(
                        "Killed",
                        "PID 1 ended with exit code 137 (SIGKILL), which reaches it only from outside of its container."
                                + " A shell reports the end of its child in the same way.");
            default -> new Failure("Error", "PID 1 ended with exit code " + Signals.text(exit) + ".");
        };
    }

    /**
     * The replica with the kernel as its end. Empty unless it is over and its exit looked as if it was killed from
     * outside. The output that follows the message is kept.
     */
    static Optional<Replica> outOfMemory(Replica over) {
        var owner = over.id().owner();
        var assumed = ended(owner, Signals.KILL, false);
        var found = ended(owner, Signals.KILL, true);
        return over.outcome()
                .failure()
                .filter(why ->
                        why.reason().equals(assumed.reason()) && why.message().startsWith(assumed.message()))
                .map(why -> why.message().substring(assumed.message().length()))
                .map(output -> new Failure(found.reason(), found.message() + output))
                .map(why -> over.withOutcome(outcome -> outcome.withFailure(Optional.of(why))));
    }

    /**
     * Termination without a removal: the replica is over, and its container exists or existed until now. Empty if it
     * never ran.
     */
    static Optional<Termination> unrequested(Replica over, Optional<End> end, List<String> writes) {
        if (over.startedAt().isEmpty()) {
            return Optional.empty();
        }
        return over.outcome()
                .failure()
                .map(why -> new Termination(
                        over.id().replica(),
                        over.id().attempt(),
                        "",
                        over.outcome().exit().or(() -> end.map(End::exit)),
                        why.reason(),
                        over.since(),
                        why.message(),
                        writes,
                        false));
    }

    /**
     * Termination of a replica that was removed on request. Empty if it never ran.
     *
     * @param killed true if the engine was asked to kill it because its grace was over
     */
    static Optional<Termination> requested(
            Replica gone, Optional<End> end, Removal removal, boolean killed, List<String> writes, Instant now) {
        if (gone.startedAt().isEmpty() || (end.isEmpty() && !killed)) {
            return Optional.empty();
        }
        var exit = end.map(End::exit).orElse(Signals.KILL); // removed before the event arrived: we killed it
        var cause = cause(gone, removal);
        var otherwise = removal.cause() == Cause.UNHEALTHY ? "Unhealthy" : reason(exit, killed);
        var reason = cause.map(Failure::reason).orElse(otherwise);
        var message =
                cause.map(why -> why.message() + " ").orElse("") + message(reason(exit, killed), exit, removal.grace());
        return Optional.of(new Termination(
                gone.id().replica(),
                gone.id().attempt(),
                "",
                Optional.of(exit),
                reason,
                end.map(End::at).orElse(now),
                message,
                writes,
                cause.isEmpty()));
    }

    /** The fault because of which a replica is removed; empty if it has none or its writes are the cause. */
    static Optional<Failure> cause(Replica leaving, Removal removal) {
        return switch (removal.cause()) {
            case UNHEALTHY -> leaving.health().unhealthy();
            case CHANGED_OUTSIDE ->
                leaving.health().changed().map(change -> change.kind().found());
            default -> Optional.empty();
        };
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
