package dev.mayfly.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The time at which each container in each seat reached each stage; only the first report counts. */
final class Lives {
    private final Map<String, Map<String, Map<String, Life>>> stages = new ConcurrentHashMap<>();

    /**
     * One replica's container.
     *
     * @param seat the identity that it shares with its successor: a slot, or the name of a Pod
     * @param at the time at which it reached the stage
     */
    record Life(String seat, String container, Instant at) {}

    /** A container that was killed from outside. */
    record Kill(Life killed, Instant at) {}

    void note(String stage, String seat, String container, Instant at) {
        stages.computeIfAbsent(stage, s -> new ConcurrentHashMap<>())
                .computeIfAbsent(seat, s -> new ConcurrentHashMap<>())
                .putIfAbsent(container, new Life(seat, container, at));
    }

    /** The latest containers of their seats that reached the stage. */
    List<Life> latest(String stage) {
        var latest = new TreeMap<String, Life>();
        stages.getOrDefault(stage, Map.of())
                .forEach((seat, lives) -> lives.values()
                        .forEach(life -> latest.merge(seat, life, (a, b) -> a.at().isAfter(b.at()) ? a : b)));
        return List.copyOf(latest.values());
    }

    /** Time from the kill until its successor reached the stage; empty if it has not yet. */
    Optional<Duration> healed(Kill kill, String stage) {
        var killed = kill.killed();
        return stages.getOrDefault(stage, Map.of()).getOrDefault(killed.seat(), Map.of()).values().stream()
                .filter(life -> !life.container().equals(killed.container()))
                .map(life -> Duration.between(kill.at(), life.at()))
                .filter(Duration::isPositive)
                .min(Duration::compareTo);
    }
}
