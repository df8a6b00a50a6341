package dev.mayfly.plan;

import dev.mayfly.model.Desired.BackOffPolicy;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Writes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a slot goes on after an attempt that is over.
 *
 * @param failures consecutive failures in the slot, this attempt included
 * @param delay how long the successor waits, counted from this attempt's end
 */
public record BackOff(int failures, Duration delay) {

    /** The rules; the first that applies counts. */
    public static BackOff after(Replica over, BackOffPolicy policy) {
        // 0. It ran, and was replaced for what it wrote.
        if (over.failure().equals(Optional.of(Writes.REPLACED))) {
            return replaced(over, over.since(), policy);
        }
        // 1. Its image can't be had. That has a back-off of its own, for all who wait for it: the slot has no part in
        // it.
        if (over.phase() == Phase.FAILED && over.excused()) {
            var wait = Duration.between(over.since(), over.notBefore());
            return new BackOff(over.failures(), wait.isNegative() ? Duration.ZERO : wait);
        }
        // 2. Someone removed a replica that had never run, such as one that waited: that says "now, please".
        if (over.phase() == Phase.LOST && over.startedAt().isEmpty()) {
            return new BackOff(0, Duration.ZERO);
        }
        var ready = over.startedAt().map(start -> over.served());
        // 3. It served so long that what was before is forgotten.
        if (ready.filter(time -> time.toSeconds() >= policy.resetAfterSeconds()).isPresent()) {
            return new BackOff(0, Duration.ZERO);
        }
        // 4. It served for a while, or the engine took it along: no failure, but no proof either.
        if (over.excused()
                || ready.filter(time -> time.toSeconds() >= policy.initialSeconds())
                        .isPresent()) {
            return new BackOff(over.failures(), Duration.ZERO);
        }
        // 5. It failed.
        return new BackOff(over.failures() + 1, delay(over.failures() + 1, policy));
    }

    /** After one that is replaced at {@code end} for what it wrote: however long it ran, it is a failure of its slot. */
    static BackOff replaced(Replica wrote, Instant end, BackOffPolicy policy) {
        var longAgo = wrote.startedAt()
                .filter(start -> Duration.between(start, end).toSeconds() >= policy.resetAfterSeconds());
        var failures = (longAgo.isPresent() ? 0 : wrote.failures()) + 1;
        return new BackOff(failures, delay(failures, policy));
    }

    /** True where this attempt failed, and the one before it. */
    boolean again() {
        return failures >= 2 && delay.isPositive();
    }

    /** When the successor may start. An end in the future is the other clock's error: it delays nobody. */
    Instant notBefore(Replica over, Instant now) {
        return (over.since().isBefore(now) ? over.since() : now).plus(delay);
    }

    private static Duration delay(int failures, BackOffPolicy policy) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        return policy.delays().delay(failures - 1);
    }
}
