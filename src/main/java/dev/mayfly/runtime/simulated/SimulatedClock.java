package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.support.Timers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes on request. Steps that are due at the same instant run in the order in which they were entered. */
final class SimulatedClock implements InstantSource, Timers {
    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparing(Entry::sequence));
    private final Instant start;
    private volatile Instant now;
    private long sequence;

    private record Entry(Instant at, long sequence, Runnable step) {}

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
        return Duration.between(start, now);
    }

    @Override
    public void after(OwnerId owner, Duration time, Runnable step) {
        after(time, step);
    }

    void after(Duration time, Runnable step) {
        entries.add(new Entry(now.plus(time), sequence++, step));
    }

    /** Runs everything that is due by then. */
    void advance(Duration time) {
        var end = now.plus(time);
        while (!entries.isEmpty() && !entries.peek().at().isAfter(end)) {
            var next = entries.poll();
            now = next.at();
            next.step().run();
        }
        now = end;
    }

    /** Forgets all steps that are not due yet. */
    void clear() {
        entries.clear();
    }
}
