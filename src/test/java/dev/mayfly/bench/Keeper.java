package dev.mayfly.bench;

import java.time.Duration;
import java.util.List;

/** A system that keeps replicas of busybox running and reports their state. */
interface Keeper extends AutoCloseable {
    String IMAGE = "busybox:1.36";
    List<String> COMMAND = List.of("tail", "-f", "/dev/null");

    /** Starts that many replicas. */
    void up(int replicas);

    Lives lives();

    /** The measured stages. In the last one a replica counts as ready. */
    List<String> stages();

    /** The longest pause after a successor is ready until the next one is killed. */
    default Duration pause() {
        return Duration.ofMillis(150);
    }

    /** Removes everything that {@link #up} created, and waits until it is gone. */
    @Override
    void close() throws Exception;
}
