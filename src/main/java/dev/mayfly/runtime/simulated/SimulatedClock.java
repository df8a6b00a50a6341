package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.support.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.PriorityQueue;

/** Time that passes on request. Steps that are due at the same instant run in the order in which they were entered. */
final class SimulatedClock implements InstantSource, Timers {
    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private final Instant start;
    private volatile Instant now;
    private volatile long elapsed;
    private long sequence;

    /** @param at nanoseconds since the start */
    private record Entry(long at, long sequence, Runnable step) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            var order = Long.compare(at, other.at);
            return order == 0 ? Long.compare(sequence, other.sequence) : order;
        }
    }

    SimulatedClock(Instant start) {
        this.start = start;
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(elapsed);
    }

    @Override
    public void after(OwnerId owner, Duration time, Runnable step) {
        after(time, step);
    }

    void after(Duration time, Runnable step) {
        entries.add(new Entry(elapsed + Math.max(0, time.toNanos()), sequence++, step));
    }

    /** Runs everything that is due by then. */
    void advance(Duration time) {
        var end = elapsed + time.toNanos();
        while (!entries.isEmpty() && entries.peek().at() <= end) {
            var next = entries.poll();
            pass(next.at());
            next.step().run();
        }
        pass(end);
    }

    /** How long until the next step is due; empty: none is. */
    Optional<Duration> next() {
        return Optional.ofNullable(entries.peek()).map(entry -> Duration.ofNanos(entry.at() - elapsed));
    }

    /** Forgets all steps that are not due yet. */
    void clear() {
        entries.clear();
    }

    private void pass(long to) {
        if (to != elapsed) {
            elapsed = to;
            now = start.plusNanos(to);
        }
    }
}
