package dev.mayfly.fair;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;

/** The waiting jobs of one owner, in the order in which it wants them done. Not thread-safe. */
public interface Backlog<J> {

    void add(J job);

    /** Removes the next of the open jobs; empty if none is open. */
    Optional<J> poll(Predicate<J> open);

    boolean has(Predicate<J> open);

    boolean isEmpty();

    /** First come, first served. */
    final class Fifo<J> implements Backlog<J> {
        private final Queue<J> jobs = new ArrayDeque<>();

        @Override
        public void add(J job) {
            jobs.add(job);
        }

        @Override
        public Optional<J> poll(Predicate<J> open) {
            var next = jobs.stream().filter(open).findFirst();
            next.ifPresent(jobs::remove);
            return next;
        }

        @Override
        public boolean has(Predicate<J> open) {
            return jobs.stream().anyMatch(open);
        }

        @Override
        public boolean isEmpty() {
            return jobs.isEmpty();
        }
    }
}
