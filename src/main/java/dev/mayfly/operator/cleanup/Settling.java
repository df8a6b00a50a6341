package dev.mayfly.operator.cleanup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long the deletion of a resource waits for what is left of it. A shim ends milliseconds after the engine let it go. A network
 * whose endpoints the engine miscounts (moby#42119) stays until the engine restarts: the first deletion in its namespace waits for
 * it, later ones don't.
 */
final class Settling {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofMillis(50);
    /** After that long without a look it is not known whether it has been left all the time. */
    private static final Duration FORGET = Duration.ofHours(1);

    private final LongSupplier clock;
    /** By UID of the resource, and by what is left: when it was looked at first, by the clock. */
    private final Cache<String, Long> since;

    /** @param clock in nanoseconds, as {@link System#nanoTime} */
    Settling(LongSupplier clock) {
        this.clock = clock;
        this.since = Caffeine.newBuilder()
                .maximumSize(10_000)
                .expireAfterAccess(FORGET)
                .ticker(clock::getAsLong)
                .build();
    }

    /**
     * @param uid of the resource that is being deleted
     * @param left what is left of it
     * @return when to look again: soon at first, then after as long as has been waited already. Empty if nothing is left, or
     *     if all of it has been left for so long that it will stay
     */
    Optional<Duration> lookAgain(String uid, List<String> left) {
        var waited = waited(uid);
        var newest = left.stream().map(this::waited).min(Duration::compareTo).orElse(LONGEST);
        if (waited.compareTo(LONGEST) >= 0 || newest.compareTo(LONGEST) >= 0) {
            return Optional.empty();
        }
        return Optional.of(waited.compareTo(SOON) < 0 ? SOON : waited);
    }

    private Duration waited(String what) {
        var now = clock.getAsLong();
        return Duration.ofNanos(now - since.get(what, first -> now));
    }
}
