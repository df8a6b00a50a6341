package dev.mayfly.bench.page;

import java.time.Duration;
import java.util.Optional;

/** A system that keeps replicas of busybox. Its times begin with a request, or a kill, and end with what is seen outside. */
interface Contender extends AutoCloseable {

    /** Until the last replica runs, or is gone. */
    Duration scale(int replicas) throws Exception;

    /** Until every replica is a new one, and each old one is gone; empty: it has no rollouts. */
    default Optional<Duration> rollout() throws Exception {
        return Optional.empty();
    }

    /** From SIGKILL until another process runs in its place; empty: nobody starts another. */
    default Optional<Duration> kill() throws Exception {
        return Optional.empty();
    }

    /** The same in a place that had it before, in which the process has run for 10 s since; empty: as the first time. */
    default Optional<Duration> killAgain() throws Exception {
        return Optional.empty();
    }

    /** Returns once what it keeps in stock is complete. */
    default void stockUp() throws Exception {
        // most keep nothing
    }
}
