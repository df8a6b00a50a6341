package dev.mayfly.bench;

import dev.mayfly.bench.Lives.Kill;
import dev.mayfly.bench.Lives.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Kills replicas from outside, always the one that has been ready for longest. */
final class Killing {
    /** A workload's {@code backoff.stableSeconds}: a replica that was ready for so long has no back-off. */
    private static final Duration SERVED = Duration.ofSeconds(10);

    private static final int LEAST_PAUSE_MILLIS = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(120);

    private final Keeper keeper;
    private final Random pauses = new Random(50);
    private final Set<String> killed = new HashSet<>();

    Killing(Keeper keeper) {
        this.keeper = keeper;
    }

    /** Returns when that many are ready. */
    void awaitReady(int replicas) throws InterruptedException {
        await(replicas + " ready replicas", () -> ready().size() == replicas);
    }

    /** Kills that many replicas, each shortly after the previous one has its successor. */
    List<Kill> oneByOne(int count) throws InterruptedException {
        var kills = new ArrayList<Kill>();
        while (kills.size() < count) {
            var kill = kill();
            awaitSuccessors(List.of(kill));
            kills.add(kill);
            // the spread of the kills is part of the measurement
            Thread.sleep(pauses.nextLong(LEAST_PAUSE_MILLIS, keeper.pause().toMillis()));
        }
        return kills;
    }

    /** Kills that many replicas, and waits for successors only after the last kill. */
    List<Kill> together(int count) throws InterruptedException {
        var kills = new ArrayList<Kill>();
        while (kills.size() < count) {
            kills.add(kill());
        }
        awaitSuccessors(kills);
        return kills;
    }

    private Kill kill() throws InterruptedException {
        var longest = ready().stream().min(Comparator.comparing(Life::at)).orElseThrow();
        var due = Duration.between(Instant.now(), longest.at().plus(SERVED));
        if (due.isPositive()) {
            Thread.sleep(due); // the measurement requires that it has served that long
        }
        killed.add(longest.container());
        return new Kill(longest, Pid1.of(longest.container()).kill());
    }

    private List<Life> ready() {
        return keeper.lives().latest(keeper.stages().getLast()).stream()
                .filter(life -> !killed.contains(life.container()))
                .toList();
    }

    private void awaitSuccessors(List<Kill> kills) throws InterruptedException {
        for (var stage : keeper.stages()) {
            await(stage, () -> times(kills, stage).size() == kills.size());
        }
    }

    /** The times until their successors reached the stage. */
    List<Duration> times(List<Kill> kills, String stage) {
        return kills.stream()
                .flatMap(kill -> keeper.lives().healed(kill, stage).stream())
                .toList();
    }

    private static void await(String what, BooleanSupplier done) {
        Awaitility.await(what)
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(done::getAsBoolean);
    }
}
