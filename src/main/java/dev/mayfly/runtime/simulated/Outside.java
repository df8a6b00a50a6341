package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Instant;
import java.util.Optional;

/** Changes of a replica that the operator did not request. */
final class Outside {
    private static final Failure KILLED = new Failure("Error", "ended with exit code 137 (SIGKILL)");
    private static final Failure GONE = new Failure("ContainerGone", "its container was removed from outside");

    private Outside() {}

    static Replica killed(Replica replica, Instant now) {
        return replica.phase() == Phase.RUNNING
                ? replica.failed(Phase.ENDED, now, KILLED)
                        .withOutcome(outcome -> outcome.withExit(Optional.of(SimulatedTerminations.KILLED)))
                : replica;
    }

    static Replica ended(Replica replica, int code, Instant now) {
        return replica.failed(
                        Phase.ENDED,
                        now,
                        new Failure(code == 0 ? "Completed" : "Error", "ended with exit code " + code))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(code, ""))));
    }

    static Replica stopped(Replica replica, Instant now) {
        var ended = killed(replica, now);
        return ended.withOutcome(outcome -> outcome.withExcused(true).withExit(Optional.empty()));
    }

    /** Empty if nothing is left of the replica. A terminated replica keeps the time of its end. */
    static Optional<Replica> vanished(Replica replica, Instant now) {
        return switch (replica.phase()) {
            case CREATED, RUNNING -> Optional.of(replica.failed(Phase.LOST, now, GONE));
            case ENDED -> Optional.of(replica.failed(Phase.LOST, replica.since(), GONE));
            case TERMINATING, REMOVING -> Optional.empty();
            case PENDING, LOST, FAILED -> Optional.of(replica);
        };
    }

    private static boolean waited(Replica replica) {
        return replica.startedAt().isEmpty() && replica.outcome().failure().isEmpty();
    }

    /**
     * State that the labels of the container and the engine reveal after a restart. Empty if nothing is left of the
     * replica.
     */
    static Optional<Replica> remembered(Replica replica, Instant now) {
        return switch (replica.phase()) {
            case LOST, FAILED -> Optional.empty();
            case PENDING -> Optional.of(replica.in(Phase.CREATED, now));
            case TERMINATING -> replica.startedAt().map(start -> replica.in(Phase.RUNNING, start));
            case REMOVING -> Optional.of(replica.in(waited(replica) ? Phase.CREATED : Phase.ENDED, replica.since()));
            case CREATED, RUNNING, ENDED -> Optional.of(replica);
        };
    }
}
