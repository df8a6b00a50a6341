package dev.mayfly.runtime.probe;

import dev.mayfly.model.ReplicaId;
import java.time.Instant;

/**
 * The prober's view of its replicas, and the receiver of its results. Called on the event loop's thread: must not
 * block.
 */
public interface Reports {

    /** Whether a replica can be probed. */
    enum Presence {
        RUNS,
        /** Not known at present: the replica is not probed until it is. */
        UNKNOWN,
        /** The replica does not run or is being removed: it is not probed any more. */
        GONE
    }

    Presence presence(ReplicaId id);

    /**
     * Receives the first verdict and each change of it.
     *
     * @param answer the latest answer, which led to the verdict
     * @param since start of the period to which the verdict applies
     */
    void verdict(ReplicaId id, Health health, Answer answer, Instant since);

    /** Receives an answer that people should see: every one except a plain success. */
    void notable(ReplicaId id, Kind kind, Answer answer);

    /** Receives the result of the busy probe. @param asOf start of the attempt */
    void busy(ReplicaId id, boolean busy, Instant asOf);

    /** The busy probe of this replica was stopped: its last result is out of date. */
    void busyUnknown(ReplicaId id);
}
