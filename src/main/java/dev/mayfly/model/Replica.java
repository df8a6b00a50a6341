package dev.mayfly.model;

import java.time.Instant;
import java.util.Optional;

/**
 * One replica attempt as the runtime sees it.
 *
 * @param id which workload, slot and attempt
 * @param revision the template's revision it was made from
 * @param phase where it is in its life
 * @param ready true only where it is {@link Phase#RUNNING} and may be counted on
 * @param since when it entered its phase
 * @param startedAt when its PID 1 started; empty where it never did
 * @param failures consecutive failures in its slot before this attempt, 0 or more
 * @param restarts successors made in its slot so far, 0 or more
 * @param notBefore earliest instant at which it may be started
 * @param requests what it reserves of the engine
 * @param failure why it failed or ended badly; empty otherwise
 * @param excused true where its end is no failure of its own: the engine took it along
 * @param writes what is known of its writes
 */
public record Replica(
        ReplicaId id,
        String revision,
        Phase phase,
        boolean ready,
        Instant since,
        Optional<Instant> startedAt,
        int failures,
        int restarts,
        Instant notBefore,
        Requests requests,
        Optional<Failure> failure,
        boolean excused,
        Writes writes) {

    /** The same replica in another phase; it is ready exactly where that phase is {@link Phase#RUNNING}. */
    public Replica in(Phase next, Instant at) {
        var started = next == Phase.RUNNING && startedAt.isEmpty() ? Optional.of(at) : startedAt;
        return new Replica(
                id,
                revision,
                next,
                next == Phase.RUNNING,
                at,
                started,
                failures,
                restarts,
                notBefore,
                requests,
                failure,
                excused,
                writes);
    }

    /** The same replica, with what is known of its writes now. */
    public Replica having(Writes known) {
        return new Replica(
                id, revision, phase, ready, since, startedAt, failures, restarts, notBefore, requests, failure, excused,
                known);
    }

    /** The same replica, over, with the reason. */
    public Replica failed(Phase next, Instant at, Failure why) {
        return new Replica(
                id,
                revision,
                next,
                false,
                at,
                startedAt,
                failures,
                restarts,
                notBefore,
                requests,
                Optional.of(why),
                excused,
                writes);
    }
}
