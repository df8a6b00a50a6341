package dev.mayfly.runtime.simulated;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** Scheduled events. Events of the same instant happen in the order in which they were entered. */
final class Agenda {
    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparing(Entry::sequence));
    private long sequence;

    record Entry(Instant at, long sequence, Runnable happening) {}

    void enter(Instant at, Runnable happening) {
        entries.add(new Entry(at, sequence++, happening));
    }

    /** Takes the next event that is due by then. */
    Optional<Entry> nextUntil(Instant end) {
        return Optional.ofNullable(entries.peek())
                .filter(entry -> !entry.at().isAfter(end))
                .map(entry -> entries.poll());
    }

    void clear() {
        entries.clear();
    }
}
