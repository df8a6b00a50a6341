package dev.mayfly.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The time at which each container in each place reached each stage; only the first report counts. */
final class Lives {
    private final Map<String, Map<String, Map<String, Life>>> stages = new ConcurrentHashMap<>();

    /**
     * One replica's container.
     *
     * @param place the identity that it shares with its successor: a slot, or the name of a Pod
     * @param at the time at which it reached the stage
     */
    record Life(String place, String container, Instant at) {}

    /** A container that was killed from outside. */
    record Kill(Life killed, Instant at) {}

    void note(String stage, String place, String container, Instant at) {
        stages.computeIfAbsent(stage, s -> new ConcurrentHashMap<>())
                .computeIfAbsent(place, s -> new ConcurrentHashMap<>())
                .putIfAbsent(container, new Life(place, container, at));
    }

    /** The latest containers of their places that reached the stage. */
    List<Life> latest(String stage) {
        var latest = new TreeMap<String, Life>();
        stages.getOrDefault(stage, Map.of())
                .forEach((place, lives) -> lives.values()
                        .forEach(life -> latest.merge(place, life, (a, b) -> a.at().isAfter(b.at()) ? a : b)));
        return List.copyOf(latest.values());
    }

    /** Time from the kill until its successor reached the stage; empty if it has not yet. */
    Optional<Duration> healed(Kill kill, String stage) {
        var killed = kill.killed();
        return stages.getOrDefault(stage, Map.of()).getOrDefault(killed.place(), Map.of()).values().stream()
                .filter(life -> !life.container().equals(killed.container()))
                .map(life -> Duration.between(kill.at(), life.at()))
                .filter(Duration::isPositive)
                .min(Duration::compareTo);
    }
}
