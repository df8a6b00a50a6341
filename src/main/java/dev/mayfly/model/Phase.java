package dev.mayfly.model;

/** Where a replica is in its life. */
public enum Phase {
    /** Its launch was accepted and waits for, or is in, the engine. */
    PENDING,
    /** Its container exists and was never started: it waits for its {@code notBefore}. */
    CREATED,
    /** Its PID 1 runs. */
    RUNNING,
    /** Its removal was accepted; its container may still run. */
    TERMINATING,
    /** Its removal was accepted; its container does not run and never will. */
    REMOVING,
    /** Its container is there and will never run again: it ended, or could not be started. */
    ENDED,
    /** Its container disappeared though nobody asked us to remove it. Known from memory only. */
    LOST,
    /** Its launch failed and left no container. Known from memory only. */
    FAILED;

    /** True where a container of this phase may be running now, or is about to. Such replicas count against N + maxSurge. */
    public boolean counts() {
        return this == PENDING || this == RUNNING || this == TERMINATING;
    }

    /** True where a replica of this phase has its requests of the engine's capacity. */
    public boolean holds() {
        return counts() || this == CREATED;
    }

    /** True where the removal of this attempt was accepted: it holds its slot until its container is gone. */
    public boolean leaving() {
        return this == TERMINATING || this == REMOVING;
    }

    /** True where this attempt is over and its slot waits for a successor. */
    public boolean over() {
        return this == ENDED || this == LOST || this == FAILED;
    }
}
