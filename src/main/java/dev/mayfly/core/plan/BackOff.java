package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired.BackOffPolicy;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The back-off of a slot after a terminated attempt.
 *
 * @param failures consecutive failures in the slot, this attempt included
 * @param delay how long the successor waits, from the end of this attempt
 */
public record BackOff(int failures, Duration delay) {

    /** The rules, in order; the first that applies decides. */
    public static BackOff after(Replica terminated, BackOffPolicy policy) {
        // 0. It was replaced because of what it wrote.
        if (terminated.outcome().failure().equals(Optional.of(Writes.REPLACED))) {
            return afterReplacement(terminated, terminated.since(), policy);
        }
        // 1. Its image is not available. Pulls have a back-off of their own, shared by all replicas that wait for the
        // image, and it does not count for the slot.
        if (terminated.phase() == Phase.FAILED && terminated.outcome().excused()) {
            var wait = Duration.between(terminated.since(), terminated.history().notBefore());
            return new BackOff(terminated.history().failures(), wait.isNegative() ? Duration.ZERO : wait);
        }
        // 2. A replica was removed that had never run, such as one that waited: that means "retry now".
        if (terminated.phase() == Phase.LOST && terminated.startedAt().isEmpty()) {
            return new BackOff(0, Duration.ZERO);
        }
        var ready = terminated.startedAt().map(start -> terminated.health().served());
        // 3. It served long enough to reset the slot's failures.
        if (ready.filter(time -> time.toSeconds() >= policy.resetAfterSeconds()).isPresent()) {
            return new BackOff(0, Duration.ZERO);
        }
        // 4. It served for a while, or ended with the engine: not a failure, but no reset either.
        if (terminated.outcome().excused()
                || ready.filter(time -> time.toSeconds() >= policy.stableSeconds())
                        .isPresent()) {
            return new BackOff(terminated.history().failures(), Duration.ZERO);
        }
        // 5. It failed.
        return new BackOff(
                terminated.history().failures() + 1, delay(terminated.history().failures() + 1, policy));
    }

    /**
     * The back-off after a replica that is replaced at {@code end} because of what it wrote. It counts as a failure of
     * its slot, no matter how long it ran.
     */
    static BackOff afterReplacement(Replica wrote, Instant end, BackOffPolicy policy) {
        var longAgo = wrote.startedAt()
                .filter(start -> Duration.between(start, end).toSeconds() >= policy.resetAfterSeconds());
        var failures = (longAgo.isPresent() ? 0 : wrote.history().failures()) + 1;
        return new BackOff(failures, delay(failures, policy));
    }

    /** True if this attempt and the one before it failed. */
    boolean repeated() {
        return failures >= 2 && delay.isPositive();
    }

    /** When the successor may start. A termination in the future is due to clock skew and delays no start. */
    Instant notBefore(Replica terminated, Instant now) {
        return (terminated.since().isBefore(now) ? terminated.since() : now).plus(delay);
    }

    private static Duration delay(int failures, BackOffPolicy policy) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        return policy.delays().delay(failures - 1);
    }
}
