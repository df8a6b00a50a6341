package dev.mayfly.model;

/**
 * Priorities of the engine's queue, highest first; heals alternate with the two that follow. Within one priority,
 * workloads take turns.
 */
public enum Priority {
    /**
     * Replaces a replica. It comes first because fifty graceful stops that end at once are fifty removals, which must
     * not delay a heal.
     */
    HEAL,
    /** Removes a container. Every heal leaves a terminated container, and these must not pile up. */
    REMOVE,
    /**
     * Only creates the successor of a replica that failed again, which takes milliseconds. {@link #RETRY} starts it.
     */
    MAKE,
    SCALE,
    /**
     * Retries a slot that failed more than once in a row: one start at a time, so that crash loops slow nobody down.
     */
    RETRY,
    WARM
}
