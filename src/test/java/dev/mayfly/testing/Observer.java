package dev.mayfly.testing;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Event;
import dev.mayfly.testing.engine.ContainerEvents;
import dev.mayfly.testing.engine.Docker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watches a workload's containers at every instant, off the engine's own events: that never more of them run or terminate than
 * may, and that no signal of Mayfly's leaves fewer ready than must be. Other terminations are not Mayfly's doing; a test
 * announces those that it causes ({@link #excuse}).
 */
public final class Observer implements AutoCloseable {
    private static final int SHOWN = 80;
    private static final int SAMPLE_MILLIS = 20;
    /**
     * @param most containers that may run or terminate: N + maxSurge
     * @param least replicas that Mayfly must leave ready: N - maxUnavailable
     */
    public record Bounds(int most, int least) {}

    /** A running or terminating container. */
    private record Seen(String container, Readiness readiness, boolean stopping) {
        boolean ready() {
            return !stopping && readiness.now();
        }
    }

    private final Workloads workloads;
    private final String name;
    private final Readiness.Definition definition;
    private final Map<String, Seen> alive = new LinkedHashMap<>();
    private final Set<String> excused = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final List<String> timeline = new ArrayList<>();
    private final long begin = System.currentTimeMillis();
    private final ContainerEvents events;
    /** Readiness has no events, and can't be determined once the process is gone. */
    private final ScheduledExecutorService samples = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("observer").factory());

    private Bounds bounds;
    private int most;
    private int least;
    private int starts;
    private Instant lastShortfall;

    /** Replicas are ready if they run and got no stop signal. Nothing may be changing at this moment. */
    public Observer(Workloads workloads, String name, Bounds bounds) {
        this(workloads, name, bounds, Readiness.RUNNING);
    }

    public Observer(Workloads workloads, String name, Bounds bounds, Readiness.Definition definition) {
        this.workloads = workloads;
        this.name = name;
        this.bounds = bounds;
        this.definition = definition;
        workloads
                .running(name)
                .forEach(c -> alive.put(
                        c.getId(),
                        new Seen(c.getNames()[0].substring(1), definition.of(c.getId(), c.getLabels()), false)));
        most = alive.size();
        least = ready();
        events = new ContainerEvents(workloads.labels(name), this::happened);
        samples.scheduleAtFixedRate(this::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void sample() {
        least = Math.min(least, ready());
    }

    /** From now on other bounds hold: the test asks for another number of replicas. */
    public synchronized void allow(Bounds next) {
        bounds = next;
        note("from now on " + next);
    }

    /** The test itself is about to end that container. */
    public synchronized void excuse(String container) {
        excused.add(container);
    }

    private synchronized void happened(Event event) {
        var id = event.getId();
        var attributes = event.getActor().getAttributes();
        var action = String.valueOf(event.getAction());
        switch (action) {
            case "start" -> {
                var listed = alive.put(id, new Seen(attributes.get("name"), definition.of(id, attributes), false));
                starts += listed == null ? 1 : 0; // else it was listed before its start was reported
                most = Math.max(most, alive.size());
                note("start " + attributes.get("name"));
                acquit(id);
                if (alive.size() > bounds.most()) {
                    violate(alive.size() + " run or terminate where at most " + bounds.most() + " may");
                }
            }
            case "kill" -> signaled(id, attributes.get("signal"), event.getTimeNano());
            case "die" -> {
                alive.remove(id);
                note("die " + attributes.get("exitCode") + " " + attributes.get("name"));
            }
            default -> {}
        }
        least = Math.min(least, ready());
    }

    private void signaled(String id, String signal, long nanos) {
        var container = alive.get(id);
        if (container == null || container.stopping()) {
            return;
        }
        var counted = container.ready();
        alive.put(id, new Seen(container.container(), container.readiness(), true));
        note("signal " + signal + " " + container.container() + (excused.contains(id) ? " by the test" : ""));
        if (counted && !excused.contains(id) && ready() < bounds.least()) {
            violate("a signal leaves " + ready() + " ready where at least " + bounds.least() + " must be");
            lastShortfall = Instant.ofEpochSecond(0, nanos);
        }
    }

    /**
     * Of the last signal that seemed to leave too few, where one that ran already was reported late: the engine lists a
     * container as running, writes that to its disk, and only then reports the start (moby, daemon/start.go).
     */
    private void acquit(String id) {
        if (lastShortfall != null
                && !startedAt(id).isAfter(lastShortfall)
                && alive.get(id).ready()
                && ready() >= bounds.least()) {
            violations.removeLast();
            timeline.add("    it ran before that signal: no violation");
            lastShortfall = null;
        }
    }

    private static Instant startedAt(String id) {
        try {
            return Instant.parse(
                    Docker.client().inspectContainerCmd(id).exec().getState().getStartedAt());
        } catch (NotFoundException gone) {
            return Instant.MAX;
        }
    }

    private int ready() {
        return (int) alive.values().stream().filter(Seen::ready).count();
    }

    private void note(String what) {
        timeline.add("%6d ms  %2d alive  %2d ready  %s"
                .formatted(System.currentTimeMillis() - begin, alive.size(), ready(), what));
    }

    private void violate(String what) {
        violations.add(what);
        timeline.add("    ^^^^ " + what);
    }

    /** Most that ran or terminated at any moment. */
    public synchronized int most() {
        return most;
    }

    /** Fewest that were ready at any moment, regardless of the cause. */
    public synchronized int least() {
        return least;
    }

    public synchronized int starts() {
        return starts;
    }

    /** How many run or terminate now. */
    public synchronized int alive() {
        return alive.size();
    }

    /** The violations so far. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** Waits until it was told of all that the engine lists, which tells of an event after it has happened. */
    public Observer caughtUp() {
        await("the observer sees what the engine lists").until(() -> seen().equals(workloads.runningIds(name)));
        return this;
    }

    /** Fails with what happened where a bound was broken, and where the engine's list says that an event was missed. */
    public void assertKept() {
        caughtUp();
        synchronized (this) {
            if (!violations.isEmpty()) {
                throw new AssertionError(violations.size() + " violations:\n" + String.join("\n", violations)
                        + "\nwhat happened:\n" + story());
            }
        }
    }

    private synchronized Set<String> seen() {
        return Set.copyOf(alive.keySet());
    }

    /** The last lines up to the first violation, and some after it. */
    private String story() {
        var first = timeline.indexOf("    ^^^^ " + violations.getFirst());
        var from = Math.max(0, first - SHOWN);
        return String.join("\n", timeline.subList(from, Math.min(timeline.size(), first + SHOWN / 4)));
    }

    @Override
    public void close() {
        samples.shutdownNow();
        events.close();
    }
}
