package dev.mayfly.core.model;

import dev.mayfly.core.model.Replica.Writes;
import java.time.Duration;

/**
 * A request to stop a replica gracefully and to remove its container and anonymous volumes.
 *
 * @param id workload, slot and attempt
 * @param grace time between the stop signal and the kill, 0 or more
 * @param cause reason for users to read
 */
public record Removal(ReplicaId id, Duration grace, Cause cause) {

    /** Why a replica is removed. */
    public enum Cause {
        SCALE_DOWN,
        ROLLOUT,
        OWNER_DELETED,
        HISTORY,
        /** The task is complete or has failed. */
        TASK_OVER,
        /** The replica has reached {@code maxLifetime} and is replaced. */
        MAX_LIFETIME,
        /** The slot failed more than {@code maxConsecutiveFailures} times in a row and is abandoned. */
        MAX_CONSECUTIVE_FAILURES,
        /** The replica wrote outside of volumes and has no successor in its slot. */
        WRITES,
        /**
         * The replica wrote outside of volumes or exceeded a size limit, and gets a successor. Once its container is
         * gone it is known as {@link Phase#LOST} with {@link Writes#REPLACED} until the successor is launched.
         */
        RECREATE,
        /** As {@link #RECREATE}, for a replica that is not healthy. Its failure is then {@link Replica.Health#unhealthy()}. */
        UNHEALTHY,
        /**
         * As {@link #RECREATE}, for a replica whose container another client of the engine changed. Its failure is then
         * {@link Replica.OutsideChange.Kind#found()}.
         */
        CHANGED_OUTSIDE,
        /**
         * Its Pod was deleted or evicted. As {@link #RECREATE}, but its end is no failure: it is excused, with
         * {@link Replica.Outcome#POD_DELETED}, unless it had ended before.
         */
        POD_DELETED;

        /** True if the replica stays known, as terminated, until its successor is launched. */
        public boolean succeeded() {
            return this == RECREATE || this == UNHEALTHY || this == CHANGED_OUTSIDE || this == POD_DELETED;
        }
    }
}
