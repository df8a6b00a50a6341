package dev.mayfly.runtime.docker.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.ExponentialBackOff;
import dev.mayfly.core.model.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** Back-offs of failed operations. Bounded. @param <K> what is retried */
final class BackOffs<K> {
    private final ExponentialBackOff backOff;
    private final Cache<K, Wait> waits;

    /** @param most maximum of remembered failures: beyond it, failures are forgotten and retried too early */
    BackOffs(ExponentialBackOff backOff, int most) {
        this.backOff = backOff;
        this.waits =
                Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
    }

    /**
     * A failure and the wait before the next try.
     *
     * @param failures number of failures in a row
     * @param delay time between the failure and the next try
     */
    record Wait(Failure failure, int failures, Duration delay, Instant until) {}

    /** The current wait; empty if a try is allowed now. */
    Optional<Wait> wait(K key, Instant now) {
        return last(key).filter(wait -> wait.until().isAfter(now));
    }

    /** The last failure since the last success; empty if there is none. */
    Optional<Wait> last(K key) {
        return Optional.ofNullable(waits.getIfPresent(key));
    }

    /** Records a failure: the wait grows with each one. */
    Wait failed(K key, Failure failure, Instant now) {
        return waits.asMap().compute(key, (same, before) -> {
            var failures = failures(before, now);
            return wait(failure, failures, backOff.delay(failures), now);
        });
    }

    /** Records a failure whose cause determines the wait. */
    Wait failed(K key, Failure failure, Duration delay, Instant now) {
        return waits.asMap().compute(key, (same, before) -> wait(failure, failures(before, now), delay, now));
    }

    private static Wait wait(Failure failure, int failures, Duration delay, Instant now) {
        return new Wait(failure, failures, delay, now.plus(delay));
    }

    private int failures(Wait before, Instant now) {
        return before == null || backOff.resets(before.until(), now) ? 1 : before.failures() + 1;
    }

    /** Records a success. */
    void over(K key) {
        waits.invalidate(key);
    }

    /** Records the success of all matching keys. */
    void overWhere(Predicate<K> which) {
        waits.asMap().keySet().removeIf(which);
    }
}
