package dev.mayfly.runtime.simulated;

import java.time.Duration;
import java.util.Random;

/** How long the simulated engine takes: drawn from one seed, so a run can be repeated. */
final class Latency {
    private final Random random;

    Latency(long seed) {
        random = new Random(seed);
    }

    /** A container is made. */
    Duration create() {
        return between(4, 10);
    }

    /** PID 1 of a made container starts. */
    Duration start() {
        return between(100, 600);
    }

    /** The first probe of a replica that runs succeeds. */
    Duration ready() {
        return between(50, 1000);
    }

    /** PID 1 obeys the stop signal, or its grace passes. */
    Duration stop(Duration grace) {
        var obeys = between(20, 2000);
        return obeys.compareTo(grace) < 0 ? obeys : grace;
    }

    /** A container that doesn't run is removed. */
    Duration remove() {
        return between(10, 50);
    }

    private Duration between(int leastMillis, int mostMillis) {
        return Duration.ofMillis(random.nextInt(leastMillis, mostMillis + 1));
    }
}
