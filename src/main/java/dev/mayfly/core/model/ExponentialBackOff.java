package dev.mayfly.core.model;

import java.time.Duration;
import java.time.Instant;

/**
 * How long to wait after failures in a row: each wait is so many times as long as the one before it, up to the longest.
 *
 * @param first after the first failure
 * @param factor 1 or more
 */
public record ExponentialBackOff(Duration first, double factor, Duration longest) {

    /** @param failures in a row, 1 or more */
    public Duration delay(int failures) {
        var millis = first.toMillis() * Math.pow(factor, failures - 1);
        return Duration.ofMillis(Math.round(Math.min(millis, longest.toMillis())));
    }

    /** The delay, shorter by up to a tenth, so that many who failed at the same moment don't retry at the same moment. */
    public Duration delay(int failures, Object key) {
        return Jitter.below(delay(failures), key, failures);
    }

    /** True where a failure now is a first one again, as the kubelet has it. @param until end of the last wait */
    public boolean resets(Instant until, Instant now) {
        return until.plus(longest.multipliedBy(2)).isBefore(now);
    }
}
