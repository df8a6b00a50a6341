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
 * What is known of one replica attempt and of its container: changed by {@link ReplicaLife} alone.
 *
 * @param replica as it is observed; empty: there is none
 * @param superseded true where a later attempt has its slot
 * @param container the engine's id of its container; empty: it has none, or none that is known yet
 * @param stopping how it is to be stopped
 * @param launching how far the engine is with its launch
 * @param removal why, and how, it is to go; empty: nobody asked
 * @param departure how far its going is
 * @param killed true where it had no time left to end by itself
 * @param dying as it was when its end was told that was not inspected yet; empty: no end was
 * @param end of its container, as an event told it, that is no termination yet; empty: none was told
 * @param buried its containers that went a moment ago: what an answer under way says of them is old
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
        Departure departure,
        boolean killed,
        Optional<Replica> dying,
        Optional<End> end,
        PSet<String> buried)
        implements KnownReplicaBuilder.With {

    /** How far the engine is with a launch. */
    public enum Launching {
        /** It waits for its turn, or is over. */
        IDLE,
        /** The engine is at it: too late to cancel it. */
        UNDER_WAY,
        /** The engine did not say what became of it: only a look can tell. */
        DOUBTFUL
    }

    /** How far a replica's going is. */
    public enum Departure {
        NONE,
        STOPPING,
        DELETING,
        /** The engine did not remove it, and is asked again in a moment. */
        HELD,
        /** Its container is gone already. */
        DISCARDING
    }

    /** Where a replica is in its life; {@link #NONE}: there is none. */
    public enum State {
        NONE,
        PENDING,
        CREATED,
        RUNNING,
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
     * The end of a process, as an event told it: an inspection says more, but not of what is gone.
     *
     * @param at when we heard of it
     * @param witnessed true where the engine told it that is connected now
     */
    public record End(Exit exit, Instant at, boolean witnessed) {}

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
                Departure.NONE,
                false,
                Optional.empty(),
                Optional.empty(),
                HashTreePSet.empty());
    }

    /** Nothing but which of its containers went. */
    KnownReplica forgotten() {
        return nothing(id).withSuperseded(superseded).withBuried(buried);
    }

    /** The same without its container, which went. */
    KnownReplica buried(String gone) {
        return withContainer(Optional.empty()).withBuried(buried.plus(gone));
    }

    KnownReplica with(Replica changed) {
        return withReplica(Optional.of(changed));
    }

    /** True where nothing of it need be kept. */
    boolean blank() {
        return equals(nothing(id).withSuperseded(superseded));
    }

    public State state() {
        return replica.map(known -> State.of(known.phase())).orElse(State.NONE);
    }

    /** True where the engine that is connected told of its end as it happened. */
    public boolean witnessed() {
        return end.filter(End::witnessed).isPresent();
    }

    boolean underWay() {
        return launching == Launching.UNDER_WAY;
    }
}
