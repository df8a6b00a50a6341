package dev.mayfly.runtime.simulated;

import java.time.Duration;
import java.util.Random;

/** Durations of the simulated engine's work, drawn from one seed, so that a run can be repeated. */
final class Latency {
    private final Random random;

    Latency(long seed) {
        random = new Random(seed);
    }

    /** Creation of a container. */
    Duration create() {
        return between(4, 10);
    }

    /** Start of PID 1 in a created container. */
    Duration start() {
        return between(100, 600);
    }

    /** Time until the first probe of a running replica succeeds. */
    Duration ready() {
        return between(50, 1000);
    }

    /** Time until PID 1 obeys the stop signal or its grace is over. */
    Duration stop(Duration grace) {
        var obeys = between(20, 2000);
        return obeys.compareTo(grace) < 0 ? obeys : grace;
    }

    /** Removal of a stopped container. */
    Duration remove() {
        return between(10, 50);
    }

    private Duration between(int leastMillis, int mostMillis) {
        return Duration.ofMillis(random.nextInt(leastMillis, mostMillis + 1));
    }
}
