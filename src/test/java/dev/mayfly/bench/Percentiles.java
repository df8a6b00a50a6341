package dev.mayfly.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Percentiles of measured times. */
record Percentiles(List<Duration> sorted) {
    static final String HEAD = "kills    p50    p90    p99    max   (seconds)";

    static Percentiles of(List<Duration> times) {
        return new Percentiles(times.stream().sorted().toList());
    }

    /** The smallest time that this percentage of all times does not exceed. */
    Duration at(int percent) {
        return sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%5d %6.2f %6.2f %6.2f %6.2f",
                sorted.size(),
                seconds(at(50)),
                seconds(at(90)),
                seconds(at(99)),
                seconds(at(100)));
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
