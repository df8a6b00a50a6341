package dev.mayfly.runtime.docker.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** When what failed may be tried again. Bounded. @param <K> what is tried */
final class BackOffs<K> {
    private final ExponentialBackOff backOff;
    private final Cache<K, Wait> waits;

    /** @param most that are remembered: of others it is forgotten that they failed, and they are tried again too early */
    BackOffs(ExponentialBackOff backOff, int most) {
        this.backOff = backOff;
        this.waits =
                Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
    }

    /**
     * A failure, and the wait for the next try.
     *
     * @param failures in a row
     * @param delay between the failure and the next try
     */
    record Wait(Failure failure, int failures, Duration delay, Instant until) {}

    /** The wait that is not over yet; empty: it may be tried now. */
    Optional<Wait> wait(K key, Instant now) {
        return last(key).filter(wait -> wait.until().isAfter(now));
    }

    /** The last failure since it last went well; empty: there is none. */
    Optional<Wait> last(K key) {
        return Optional.ofNullable(waits.getIfPresent(key));
    }

    /** It failed: the wait grows with each failure. */
    Wait failed(K key, Failure failure, Instant now) {
        return waits.asMap().compute(key, (same, before) -> {
            var failures = failures(before, now);
            return wait(failure, failures, backOff.delay(failures), now);
        });
    }

    /** It failed, and why says how long to wait. */
    Wait failed(K key, Failure failure, Duration delay, Instant now) {
        return waits.asMap().compute(key, (same, before) -> wait(failure, failures(before, now), delay, now));
    }

    private static Wait wait(Failure failure, int failures, Duration delay, Instant now) {
        return new Wait(failure, failures, delay, now.plus(delay));
    }

    private int failures(Wait before, Instant now) {
        return before == null || backOff.resets(before.until(), now) ? 1 : before.failures() + 1;
    }

    /** It went well. */
    void over(K key) {
        waits.invalidate(key);
    }

    /** All of those went well. */
    void overWhere(Predicate<K> which) {
        waits.asMap().keySet().removeIf(which);
    }
}
