package dev.mayfly.bench;

import java.time.Duration;
import java.util.List;

/** Something that keeps replicas of busybox running, and tells what it sees of them. */
interface Keeper extends AutoCloseable {
    String IMAGE = "busybox:1.36";
    List<String> COMMAND = List.of("tail", "-f", "/dev/null");

    /** Begins to keep that many. */
    void up(int replicas);

    Lives lives();

    /** What is measured, the stage in which a replica counts as ready last. */
    List<String> stages();

    /** The longest pause after a successor is ready until the next one is killed. */
    default Duration pause() {
        return Duration.ofMillis(150);
    }

    /** All that {@link #up} made, gone when this returns. */
    @Override
    void close() throws Exception;
}
