package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination.Exit;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Optional;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * State of one replica attempt and of its container; changed only by {@link ReplicaLife}.
 *
 * @param replica as observed; empty if there is none
 * @param superseded true if a later attempt occupies the slot
 * @param container engine ID of its container; empty if it has none or none is known yet
 * @param stopping how to stop it
 * @param launching progress of its launch
 * @param removal the accepted removal; empty if there is none
 * @param removalStep progress of its removal
 * @param killed true if it was killed without time left to exit
 * @param beforeExit the replica as it was when an event reported its exit and no inspection followed yet; empty if
 *     there was no such event
 * @param end exit that an event reported and that is not yet a termination; empty if there is none
 * @param removedContainers containers of this attempt that were removed recently: pending answers about them are
 *     outdated
 */
@RecordBuilder
public record KnownReplica(
        ReplicaId id,
        Optional<Replica> replica,
        boolean superseded,
        Optional<String> container,
        Stopping stopping,
        Launching launching,
        Optional<Removal> removal,
        RemovalStep removalStep,
        boolean killed,
        Optional<Replica> beforeExit,
        Optional<End> end,
        PSet<String> removedContainers)
        implements KnownReplicaBuilder.With {

    /** Progress of a launch. */
    public enum Launching {
        /** The launch waits in the queue, or is over. */
        IDLE,
        /** The engine is carrying the launch out: it can't be cancelled any more. */
        UNDER_WAY,
        /** The engine did not answer: only an inspection shows the result. */
        UNANSWERED
    }

    /** Progress of a removal. */
    public enum RemovalStep {
        NONE,
        STOPPING,
        DELETING,
        /** The engine did not remove the container and is asked again after a pause. */
        HELD,
        /** The container is already gone. */
        DISCARDING
    }

    /** State of a replica in its life cycle; {@link #NONE}: there is no replica. */
    public enum State {
        NONE,
        PENDING,
        CREATED,
        RUNNING,
        HELD,
        TERMINATING,
        REMOVING,
        ENDED,
        LOST,
        FAILED;

        static State of(Phase phase) {
            return valueOf(phase.name());
        }

        boolean leaving() {
            return this == TERMINATING || this == REMOVING;
        }
    }

    /**
     * Exit of a process as an event reported it. An inspection reports more, but is impossible once the container is
     * gone.
     *
     * @param at when the operator received the event; without one, since when the engine lists it as ended
     * @param fromCurrentEngine true if the currently connected engine sent the event
     * @param outOfMemory true if another event after it reported that processes were killed for the container's memory
     */
    @RecordBuilder
    public record End(Exit exit, Instant at, boolean fromCurrentEngine, boolean outOfMemory)
            implements KnownReplicaEndBuilder.With {}

    /** Nothing is known. */
    static KnownReplica nothing(ReplicaId id) {
        return new KnownReplica(
                id,
                Optional.empty(),
                false,
                Optional.empty(),
                Stopping.DEFAULT,
                Launching.IDLE,
                Optional.empty(),
                RemovalStep.NONE,
                false,
                Optional.empty(),
                Optional.empty(),
                HashTreePSet.empty());
    }

    /** Keeps only the removed containers and whether the attempt is superseded. */
    KnownReplica forgotten() {
        return nothing(id).withSuperseded(superseded).withRemovedContainers(removedContainers);
    }

    /** The state without its container, which was removed. */
    KnownReplica withoutContainer(String removed) {
        return withContainer(Optional.empty()).withRemovedContainers(removedContainers.plus(removed));
    }

    KnownReplica with(Replica changed) {
        return withReplica(Optional.of(changed));
    }

    /** True if the state holds nothing that must be kept. */
    boolean blank() {
        return equals(nothing(id).withSuperseded(superseded));
    }

    public State state() {
        return replica.map(known -> State.of(known.phase())).orElse(State.NONE);
    }

    /** True if the currently connected engine reported the exit when it happened. */
    public boolean exitFromCurrentEngine() {
        return end.filter(End::fromCurrentEngine).isPresent();
    }

    boolean underWay() {
        return launching == Launching.UNDER_WAY;
    }
}
