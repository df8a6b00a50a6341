package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A fact about one replica: a request of ours was accepted, answered or left unanswered, or the engine reported the
 * state of its container. Facts may come late, twice, in any order, or not at all.
 */
public sealed interface Fact {

    /** A fact about a container. It says nothing about a replica that has a different container. */
    sealed interface OfContainer extends Fact {
        String container();
    }

    /** The engine described the container, as a replica. */
    sealed interface Seen extends OfContainer {
        Replica replica();

        Stopping stopping();

        Instant at();
    }

    /** A line of a list shows that the container runs. Its start time is only an estimate. */
    record Listed(String container, Replica replica, Stopping stopping, Instant at) implements Seen {}

    /** An inspection. @param writes known paths that it wrote outside of volumes */
    record Inspected(String container, Replica replica, Stopping stopping, List<String> writes, Instant at)
            implements Seen {}

    /** The container does not exist. */
    record Absent(String container, Instant at) implements OfContainer {}

    /**
     * An event or an inspection shows whether another client of the engine changed the running container.
     *
     * @param kind empty if an inspection shows no change
     */
    record ChangedOutside(String container, Optional<Kind> kind, Instant at) implements OfContainer {}

    /** An event reported that PID 1 of the container ended. */
    record Died(String container, Exit exit, Instant at) implements OfContainer {}

    /**
     * An event reported that processes of the container were killed for its memory. It may come after its exit was
     * reported, and the engine's description then never says so (measured on a busy machine: 3 of 60).
     */
    record OutOfMemory(String container) implements OfContainer {}

    /** An event reported that the container was started. */
    record StartReported(String container) implements OfContainer {}

    /** A launch was requested. */
    record LaunchAccepted(Launch launch, Instant at) implements Fact {}

    /** The launch is carried out now, unless it was cancelled: from then on it can't be cancelled any more. */
    record LaunchBegun(Launch launch) implements Fact {}

    /** The container was created, now or by an earlier try. */
    record Created(String container, Stopping stopping) implements OfContainer {}

    /** The engine started the container. @param gated true if a probe or a health check decides when it is ready */
    record Started(boolean gated, Instant at) implements Fact {}

    /**
     * The container was created and is not due to start yet.
     *
     * @param image content ID of the image that it was created from
     */
    record Waits(boolean gated, String image, Instant at) implements Fact {}

    /**
     * The launch can't be carried out.
     *
     * @param excused true if a container that exists already is not the cause
     * @param again when the successor may request its image; empty if the image is not the cause
     */
    record Refused(Failure failure, boolean excused, Optional<Instant> again, Instant at) implements Fact {}

    /** The engine did not answer the launch. */
    record Unanswered() implements Fact {}

    /** An inspection by name found no container of an unanswered launch. */
    record NotCreated() implements Fact {}

    /** A replica of the warm pool is to be held. */
    record HoldBegun(Instant at) implements Fact {}

    /** The engine holds the container. */
    record Held(String container, Instant at) implements OfContainer {}

    /** The engine refused to hold the container. */
    record NotHeld(String container) implements OfContainer {}

    /** A removal was requested. */
    record RemovalAccepted(Removal removal, Instant at) implements Fact {}

    /** The grace of a stop is over. */
    record GraceOver(String container) implements OfContainer {}

    /** The container to stop does not run. */
    record NotRunning(String container) implements OfContainer {}

    /**
     * The container and everything that belonged to it are gone.
     *
     * @param container empty if the replica never had one
     * @param writes known paths that it wrote outside of volumes
     */
    record Gone(Optional<String> container, List<String> writes, Instant at) implements Fact {}

    /** The engine refused to remove the container, or did not answer. */
    record NotDeleted(String container) implements OfContainer {}

    /** The pause after {@link NotDeleted} is over. */
    record DeletionDue(String container) implements OfContainer {}

    /** The operator connected to another engine, or reconnected: earlier events say nothing about this engine. */
    record Reconnected() implements Fact {}

    /** Every container was inspected or listed: interrupted work continues. */
    record Synced() implements Fact {}

    /** The container was removed so long ago that no earlier request can still be answered. */
    record Settled(String container) implements Fact {}
}
