package dev.mayfly.runtime.probe;

import dev.mayfly.model.ReplicaId;
import java.time.Instant;

/** What the prober is told of replicas, and tells of them. Called from its one thread: nothing may block. */
public interface Reports {

    /** Whether a replica can be asked. */
    enum Presence {
        RUNS,
        /** Nobody knows at present: it is not asked until somebody does. */
        UNKNOWN,
        /** It does not run, or is about to go: it is not asked any more. */
        GONE
    }

    Presence presence(ReplicaId id);

    /**
     * Another verdict than before, or the first one.
     *
     * @param answer the last one, which led to it
     * @param since when it began to be so
     */
    void verdict(ReplicaId id, Health health, Answer answer, Instant since);

    /** An answer that somebody should know about: no success, or one with a warning. */
    void notable(ReplicaId id, Kind kind, Answer answer);

    /** An answer to the busy probe. @param asOf when it was asked */
    void busy(ReplicaId id, boolean busy, Instant asOf);

    /** It is not asked any more whether it is busy: what it answered is old. */
    void busyUnknown(ReplicaId id);
}
