package dev.mayfly.testing.engine;

import com.github.dockerjava.api.model.Event;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Keeps count of a workload's dead containers, off the engine's events: how many, and how long there are too many. */
public final class DeadContainers implements AutoCloseable {
    private static final int SAMPLE_MILLIS = 50;

    private final int limit;
    /** When each died, in the order of their deaths. */
    private final Map<String, Long> dead = new LinkedHashMap<>();

    private final ContainerEvents events;
    private final ScheduledExecutorService samples = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dead").factory());

    private int most;
    private int deaths;
    private long longest;

    /** @param limit how many there may be for long */
    public DeadContainers(Workloads workloads, String name, int limit) {
        this.limit = limit;
        events = new ContainerEvents(workloads.labels(name), this::happened);
        samples.scheduleAtFixedRate(this::sample, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void happened(Event event) {
        switch (String.valueOf(event.getAction())) {
            case "die" -> {
                dead.put(event.getId(), System.nanoTime());
                deaths++;
            }
            case "destroy" -> dead.remove(event.getId());
            default -> {}
        }
        most = Math.max(most, dead.size());
    }

    private synchronized void sample() {
        longest = Math.max(longest, excess());
    }

    /** For how long now more than the limit are dead, each of them that long already; 0 where they are not. */
    private long excess() {
        return dead.values().stream()
                .skip(limit)
                .findFirst()
                .map(died -> System.nanoTime() - died)
                .orElse(0L);
    }

    /** Most that were dead at any moment, those that had just died among them. */
    public synchronized int most() {
        return most;
    }

    public synchronized int deaths() {
        return deaths;
    }

    /** True where too many have died just now at most. */
    public synchronized boolean settled() {
        return excess() < TimeUnit.SECONDS.toNanos(1);
    }

    /** For how long, at worst, more than the limit were dead: each of those that long already. */
    public synchronized Duration longestExcess() {
        return Duration.ofNanos(longest);
    }

    /** Forgets the worst that was. */
    public synchronized void reset() {
        longest = 0;
        most = dead.size();
    }

    @Override
    public void close() {
        samples.shutdownNow();
        events.close();
    }
}
