package dev.mayfly.core.model;

/** Phase of a replica's life. */
public enum Phase {
    /** The launch was accepted; it waits for the engine or is in progress there. */
    PENDING,
    /** The container exists and was never started: it waits for its {@code notBefore}. */
    CREATED,
    /** PID 1 runs. */
    RUNNING,
    /** Its container is paused: a replica of the warm pool, ready to be released. */
    HELD,
    /** The removal was accepted; the container may still run. */
    TERMINATING,
    /** The removal was accepted; the container does not run and never will. */
    REMOVING,
    /** The container exists and will never run again: it ended, or could not be started. */
    ENDED,
    /** The container disappeared without a request from Mayfly. Known from memory only. */
    LOST,
    /** The launch failed and left no container. Known from memory only. */
    FAILED;

    /** True if the container may be running or is about to run. Such replicas count against N + maxSurge. */
    public boolean mayRun() {
        return this == PENDING || this == RUNNING || this == TERMINATING;
    }

    /** True if the replica's requests are reserved from the engine's capacity. */
    public boolean reservesCapacity() {
        return mayRun() || this == CREATED || this == HELD;
    }

    /** True if the removal was accepted: the attempt keeps its slot until its container is gone. */
    public boolean leaving() {
        return this == TERMINATING || this == REMOVING;
    }

    /** True if the attempt has terminated and its slot waits for a successor. */
    public boolean terminated() {
        return this == ENDED || this == LOST || this == FAILED;
    }
}
