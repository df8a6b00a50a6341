package dev.mayfly.model;

import java.time.Duration;

/**
 * A request to end a replica gracefully and remove its container with its anonymous volumes.
 *
 * @param id which workload, slot and attempt
 * @param grace how long its PID 1 may take after the stop signal before it is killed, 0 or more
 * @param cause why, for people
 */
public record Removal(ReplicaId id, Duration grace, Cause cause) {

    /** Why a replica is removed. */
    public enum Cause {
        SCALE_DOWN,
        ROLLOUT,
        OWNER_DELETED,
        HISTORY,
        /** Its task is complete, or has failed. */
        TASK_OVER,
        /** It is as old as a replica may get; another one takes its place. */
        MAX_LIFETIME,
        /** Its slot failed too often in a row, and no successor in it is to follow. */
        MAX_RESTARTS,
        /** It wrote where it may not, and no successor in its slot is to follow. */
        WRITES,
        /**
         * It wrote where it may not, or more than it may, and a successor is to follow: once its container is gone it is
         * known as {@link Phase#LOST}, with {@link Writes#REPLACED}, until the successor is launched.
         */
        RECREATE,
        /** The same for one that is not healthy: it is then known with {@link Replica#unhealthy()} as its failure. */
        UNHEALTHY;

        /** True where the replica stays known, as over, until its successor is launched. */
        public boolean succeeded() {
            return this == RECREATE || this == UNHEALTHY;
        }
    }
}
