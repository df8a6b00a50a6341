package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that was learnt of one replica: a request of ours was accepted, answered or met by silence, or the engine said
 * something of its container. Facts come late, twice, in any order, or not at all.
 */
public sealed interface Fact {

    /** One that is about a container: of another container than the replica's it says nothing. */
    sealed interface OfContainer extends Fact {
        String container();
    }

    /** The engine described the container, as a replica. */
    sealed interface Seen extends OfContainer {
        Replica replica();

        Stopping stopping();

        Instant at();
    }

    /** A line of a list says that it runs. The start that it tells is no more than a guess. */
    record Listed(String container, Replica replica, Stopping stopping, Instant at) implements Seen {}

    /** An inspection. @param writes paths that it is known to have written outside of volumes */
    record Inspected(String container, Replica replica, Stopping stopping, List<String> writes, Instant at)
            implements Seen {}

    /** There is no such container. */
    record Absent(String container) implements OfContainer {}

    /** The container is there under another name or without our labels, so it is no replica any more. */
    record Estranged(String container, Instant at) implements OfContainer {}

    /** An event told that its PID 1 ended. */
    record Died(String container, Exit exit, Instant at) implements OfContainer {}

    /** An event told that somebody started it. */
    record Begun(String container) implements OfContainer {}

    /** A launch is asked for. */
    record LaunchAccepted(Launch launch, Instant at) implements Fact {}

    /** The launch has come to the head of the queue: from now on it is too late to cancel it. */
    record LaunchBegun() implements Fact {}

    /** The engine has, or had, made the container. */
    record Made(String container, Stopping stopping) implements OfContainer {}

    /** The engine has started it. @param gated true where a probe says when it is ready */
    record Started(boolean gated, Instant at) implements Fact {}

    /** Its container is made and is not to be started yet. @param image content id of what it was made from */
    record Waits(boolean gated, String image, Instant at) implements Fact {}

    /**
     * The launch can't be carried out.
     *
     * @param excused true where one that was made already has no part in it
     * @param again when its successor may ask for its image; empty: its image is not the reason
     */
    record Refused(Failure failure, boolean excused, Optional<Instant> again, Instant at) implements Fact {}

    /** The engine did not say what became of the launch. */
    record Unanswered() implements Fact {}

    /** A look by name found no container of a launch that was not answered. */
    record Unmade() implements Fact {}

    /** A removal is asked for. */
    record RemovalAccepted(Removal removal, Instant at) implements Fact {}

    /** It was to stop, and its grace is over. */
    record GraceOver(String container) implements OfContainer {}

    /** It was to stop, and does not run. */
    record NotRunning(String container) implements OfContainer {}

    /**
     * The container is gone, and so is what belonged to it.
     *
     * @param container empty where it never had one
     * @param writes paths that it is known to have written outside of volumes
     */
    record Gone(Optional<String> container, List<String> writes, Instant at) implements Fact {}

    /** The engine refused to remove it, or did not answer. */
    record NotDeleted(String container) implements OfContainer {}

    /** The pause after {@link NotDeleted} is over. */
    record DeletionDue(String container) implements OfContainer {}

    /** Another engine is connected, or the same one anew: what was told before is no testimony of it. */
    record Reconnected() implements Fact {}

    /** Everything was looked at: what was cut off goes on. */
    record Reviewed() implements Fact {}

    /** The container went so long ago that no answer of then is under way any more. */
    record Settled(String container) implements Fact {}
}
