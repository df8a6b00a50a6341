package dev.mayfly.model;

/** The engine's queue serves these in order; within one, workloads take turns. */
public enum Priority {
    REMOVE,
    HEAL,
    SCALE,
    WARM
}
