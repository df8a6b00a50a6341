package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long successors took.
 *
 * @param times from the kill to the successor's start, ascending
 */
public record Heals(List<Duration> times) {

    /** Kills replicas from outside, the oldest first, one when the one before it is replaced. */
    public static Heals measure(Workloads workloads, String name, int kills) {
        var times = new ArrayList<Duration>();
        try (var census = new Census(workloads, name)) {
            for (var i = 0; i < kills; i++) {
                var victim = workloads.running(name).getLast(); // the engine lists the newest first
                var wanted = census.starts() + 1;
                var begin = System.nanoTime();
                Docker.client().killContainerCmd(victim.getId()).exec();
                await().atMost(Duration.ofMinutes(1))
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> census.starts() == wanted);
                times.add(Duration.ofNanos(System.nanoTime() - begin));
            }
        }
        return new Heals(times.stream().sorted().toList());
    }

    public double medianSeconds() {
        return (seconds(times.get((times.size() - 1) / 2)) + seconds(times.get(times.size() / 2))) / 2;
    }

    public double slowestSeconds() {
        return seconds(times.getLast());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
