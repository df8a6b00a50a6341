package dev.mayfly.fair;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
    private final Supplier<V> none;
    private final Predicate<V> idle;
    /** Of those that have jobs, or used more than the one that was served last. */
    private final Map<K, Place<V>> places = new LinkedHashMap<>();
    /** What the one that was served last had used before. */
    private long now;

    private static final class Place<V> {
        private final V jobs;
        /** What it used, on one scale for all. */
        private long used;

        Place(V jobs, long used) {
            this.jobs = jobs;
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
            place.used = Math.max(place.used, now);
        }
        return place.jobs;
    }

    boolean isEmpty() {
        return places.values().stream().allMatch(place -> idle.test(place.jobs));
    }

    boolean any(BiPredicate<K, V> open) {
        return places.entrySet().stream().anyMatch(place -> open.test(place.getKey(), place.getValue().jobs));
    }

    /** The one of those that are open whose turn it is. */
    Optional<K> next(BiPredicate<K, V> open) {
        return places.entrySet().stream()
                .filter(place -> open.test(place.getKey(), place.getValue().jobs))
                .min(Comparator.comparingLong(place -> place.getValue().used))
                .map(Map.Entry::getKey);
    }

    /** The jobs of one that {@link #next} returned, which the caller serves. */
    V serve(K key, long cost) {
        var place = places.get(key);
        now = Math.max(now, place.used);
        place.used += cost;
        return place.jobs;
    }

    /** Forgets those that have no jobs and used no more than the one that was served last. */
    void settle() {
        places.values().removeIf(place -> place.used <= now && idle.test(place.jobs));
    }

    /** A job that was served cost more than was known then. @return the other jobs of that key */
    V charge(K key, long cost) {
        var place = place(key);
        place.used = Math.max(place.used, now) + cost;
        return place.jobs;
    }

    private Place<V> place(K key) {
        return places.computeIfAbsent(key, unknown -> new Place<>(none.get(), now));
    }
}
