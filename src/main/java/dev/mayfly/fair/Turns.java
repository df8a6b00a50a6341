package dev.mayfly.fair;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Whose turn it is, by start-time fair queuing (Goyal, Vin and Cheng, SIGCOMM 1996): next is the one that used least.
 * One that had no jobs for a while starts at the present: it is served soon, and has saved nothing up. Not thread-safe.
 *
 * @param <K> those that take turns
 * @param <V> their waiting jobs
 */
final class Turns<K, V> {
    private static final int FEW = 16;

    private final Supplier<V> none;
    private final Predicate<V> idle;
    /** Of those that have jobs, or used more than the one that was served last. */
    private final Map<K, Place<K, V>> places = new HashMap<>();
    /** Those that may have jobs, the one that used least first. So a choice does not look at all of them. */
    private final NavigableSet<Place<K, V>> order = new TreeSet<>(
            Comparator.<Place<K, V>>comparingLong(place -> place.used).thenComparingLong(place -> place.number));
    /** How much the one that was served last had used before. */
    private long now;

    private long numbers;
    /** With so many places it is worth a look which of them can be forgotten. */
    private int many = FEW;

    private static final class Place<K, V> {
        private final K key;
        private final V jobs;
        /** Of two that used the same the earlier one is first. */
        private final long number;
        /** Its usage so far, on one scale for all. */
        private long used;

        Place(K key, V jobs, long number, long used) {
            this.key = key;
            this.jobs = jobs;
            this.number = number;
            this.used = used;
        }
    }

    /**
     * @param none makes an empty backlog
     * @param idle true if a backlog is empty
     */
    Turns(Supplier<V> none, Predicate<V> idle) {
        this.none = none;
        this.idle = idle;
    }

    /** The jobs of that key, to which the caller adds one. */
    V waiting(K key) {
        var place = place(key);
        if (idle.test(place.jobs)) {
            order.remove(place);
            place.used = Math.max(place.used, now);
        }
        order.add(place);
        return place.jobs;
    }

    /** The jobs of that key, to which the caller adds none; empty if it is not known. */
    Optional<V> known(K key) {
        return Optional.ofNullable(places.get(key)).map(place -> place.jobs);
    }

    boolean isEmpty() {
        return order.stream().allMatch(place -> idle.test(place.jobs));
    }

    boolean any(BiPredicate<K, V> open) {
        return next(open).isPresent();
    }

    /** The one of those that are open whose turn it is. */
    Optional<K> next(BiPredicate<K, V> open) {
        for (var places = order.iterator(); places.hasNext(); ) {
            var place = places.next();
            if (idle.test(place.jobs)) {
                places.remove();
            } else if (open.test(place.key, place.jobs)) {
                return Optional.of(place.key);
            }
        }
        return Optional.empty();
    }

    /** The jobs of one that {@link #next} returned, which the caller serves. */
    V serve(K key, long cost) {
        var place = places.get(key);
        now = Math.max(now, place.used);
        use(place, place.used + cost);
        return place.jobs;
    }

    /** Forgets those that have no jobs and used no more than the one that was served last, now and then. */
    void settle() {
        if (places.size() < many) {
            return;
        }
        places.values().removeIf(place -> place.used <= now && idle.test(place.jobs));
        order.removeIf(place -> idle.test(place.jobs));
        many = Math.max(FEW, 2 * places.size());
    }

    /** A job that was served cost more than was known then. @return the other jobs of that key */
    V charge(K key, long cost) {
        var place = place(key);
        use(place, Math.max(place.used, now) + cost);
        return place.jobs;
    }

    private void use(Place<K, V> place, long used) {
        var ordered = order.remove(place);
        place.used = used;
        if (ordered) {
            order.add(place);
        }
    }

    private Place<K, V> place(K key) {
        return places.computeIfAbsent(key, unknown -> new Place<>(key, none.get(), numbers++, now));
    }
}
