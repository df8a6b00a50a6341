package dev.mayfly.model;

/** The engine's queue serves these in order, but heals in turns with the next two; within one, workloads take turns. */
public enum Priority {
    /** Fifty graceful stops that are over at one moment are fifty removals, and delay no heal. */
    HEAL,
    /** As many heals leave as many dead, which are not to pile up. */
    REMOVE,
    /** The successor of one that failed again: only made, which takes milliseconds, and started as {@link #RETRY}. */
    MAKE,
    SCALE,
    /** A slot that failed more than once in a row is tried again: one start at a time, so that crash loops slow nobody down. */
    RETRY,
    WARM
}
