package dev.mayfly.bench.neighbour;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A workload of 10 replicas in a namespace of its own. Every ten seconds it is scaled to 20 and back, and one replica is
 * killed each second, except while it is scaled down: then the killed one might be one that goes anyway. All times are
 * those from the request to the engine's event.
 */
final class QuietVictim implements AutoCloseable {
    private static final String NAME = "web";
    private static final int REPLICAS = 10;
    private static final int MORE = 20;
    private static final int KILLS = 4;
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(120);

    private final Workloads workloads;
    private final Lives lives = new Lives();

    QuietVictim(Workloads workloads) throws InterruptedException {
        this.workloads = workloads;
        Docker.client()
                .eventsCmd()
                .withEventTypeFilter("container")
                .withLabelFilter("mayfly.dev/namespace=" + workloads.namespace())
                .exec(lives)
                .awaitStarted();
        workloads.apply(Workloads.manifest(NAME, REPLICAS)
                .replace(
                        "spec:\n", "spec:\n  backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}\n")
                .replace("[tail, -f, /dev/null]", "[sh, -c, 'trap exit TERM; sleep 1000000 & wait']"));
        workloads.awaitRunning(NAME, REPLICAS);
    }

    /** The measured times; each list has one for each kill, or for each scaling. */
    record Times(List<Duration> heals, List<Duration> ups, List<Duration> downs) {

        Duration heal(int percent) {
            return at(heals, percent);
        }

        Duration up() {
            return at(ups, 50);
        }

        Duration down() {
            return at(downs, 50);
        }

        private static Duration at(List<Duration> times, int percent) {
            var sorted = times.stream().sorted().toList();
            return sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
        }
    }

    /** Goes on for that many times ten seconds, or for longer if a step takes longer than its time. */
    Times measure(int cycles) throws InterruptedException {
        var times = new Times(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (var cycle = 0; cycle < cycles; cycle++) {
            var kills = new ArrayList<Kill>();
            var up = scale(MORE);
            kill(kills);
            await("20 replicas", () -> lives.running().size() == MORE && healed(kills));
            times.ups().add(lives.startOf(MORE - REPLICAS, up, kills));
            var down = scale(REPLICAS);
            await("10 replicas", () -> lives.running().size() == REPLICAS);
            times.downs().add(Duration.between(down, lives.lastGone()));
            kill(kills);
            await("successors", () -> healed(kills));
            kills.forEach(kill -> times.heals().add(lives.healed(kill).orElseThrow()));
        }
        return times;
    }

    private Instant scale(int replicas) {
        var at = Instant.now();
        workloads.scale(NAME, replicas);
        return at;
    }

    private void kill(List<Kill> kills) throws InterruptedException {
        for (var i = 0; i < KILLS; i++) {
            // the kills are part of the measurement, and so is their pace
            new CountDownLatch(1).await(PACE.toMillis(), TimeUnit.MILLISECONDS);
            lives.oldest().ifPresent(oldest -> {
                kills.add(new Kill(oldest, Instant.now()));
                lives.killed(oldest);
                Docker.client().killContainerCmd(oldest.container()).exec();
            });
        }
    }

    private boolean healed(List<Kill> kills) {
        return kills.stream().allMatch(kill -> lives.healed(kill).isPresent());
    }

    private static void await(String what, BooleanSupplier done) {
        org.awaitility.Awaitility.await(what)
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(done::getAsBoolean);
    }

    @Override
    public void close() throws IOException {
        workloads.delete(NAME);
        workloads.awaitGone(NAME);
        lives.close();
    }

    private record Life(String container, String slot, Instant start) {}

    private record Kill(Life killed, Instant at) {}

    /** The replicas, by the engine's events. */
    private static final class Lives extends ResultCallback.Adapter<Event> {
        private final List<Life> started = new ArrayList<>();
        private final Map<String, Life> running = new LinkedHashMap<>();
        private Instant lastGone = Instant.EPOCH;

        @Override
        public synchronized void onNext(Event event) {
            var at = Instant.ofEpochSecond(0, event.getTimeNano());
            switch (String.valueOf(event.getAction())) {
                case "start" -> {
                    var slot = event.getActor().getAttributes().get("mayfly.dev/slot");
                    var life = new Life(event.getId(), slot, at);
                    started.add(life);
                    running.put(event.getId(), life);
                }
                case "die" -> {
                    running.remove(event.getId());
                    lastGone = at;
                }
                default -> {}
            }
        }

        synchronized List<Life> running() {
            return List.copyOf(running.values());
        }

        synchronized Optional<Life> oldest() {
            return running.values().stream().min(Comparator.comparing(Life::start));
        }

        synchronized void killed(Life life) {
            running.remove(life.container());
        }

        synchronized Instant lastGone() {
            return lastGone;
        }

        /** From the kill to the start of the next replica in that slot. */
        synchronized Optional<Duration> healed(Kill kill) {
            return started.stream()
                    .filter(life -> life.slot().equals(kill.killed().slot()))
                    .filter(life -> life.start().isAfter(kill.at()))
                    .map(life -> Duration.between(kill.at(), life.start()))
                    .min(Comparator.naturalOrder());
        }

        /** From {@code since} to the start of that many replicas that replace none of the killed. */
        synchronized Duration startOf(int more, Instant since, List<Kill> kills) {
            var replaced = kills.stream().map(kill -> kill.killed().slot()).toList();
            return started.stream()
                    .filter(life -> life.start().isAfter(since) && !replaced.contains(life.slot()))
                    .sorted(Comparator.comparing(Life::start))
                    .skip(more - 1L)
                    .findFirst()
                    .map(life -> Duration.between(since, life.start()))
                    .orElseThrow();
        }
    }
}
