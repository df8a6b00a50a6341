package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Launch.Priority;
import java.time.Duration;
import java.util.Random;

/** Durations of the simulated engine's work, drawn from one seed, so that a run can be repeated. */
final class Latency {
    private final Random random;

    Latency(long seed) {
        random = new Random(seed);
    }

    /** A call that removes or creates a container. */
    Duration call(Priority priority) {
        return priority == Priority.REMOVE ? between(10, 50) : between(4, 10);
    }

    /** Start of PID 1 in a created container. */
    Duration start() {
        return between(100, 600);
    }

    /** Time until the first probe of a running replica succeeds. */
    Duration ready() {
        return between(50, 1000);
    }

    /** Time until PID 1 obeys the stop signal. */
    Duration stop() {
        return between(20, 2000);
    }

    private Duration between(int leastMillis, int mostMillis) {
        return Duration.ofMillis(random.nextInt(leastMillis, mostMillis + 1));
    }
}
