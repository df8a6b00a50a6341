package dev.mayfly.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * Counts the replicas that may be removed. Replicas of the newest revision that are not available yet don't count as
 * ready.
 */
final class Spare {
    private final Draft plan;
    private final Optional<Instant> next;
    private int left;

    private Spare(Draft plan, int left, Optional<Instant> next) {
        this.plan = plan;
        this.left = left;
        this.next = next;
    }

    /** @param ready how many more are ready than must stay available; bounds the cost */
    static Spare beyond(Draft plan, int ready) {
        var desired = plan.desired();
        var unavailable = Maturing.of(plan.expected(), desired.revision()::equals, desired.minReady(), ready);
        return new Spare(plan, ready - unavailable.count(), unavailable.first());
    }

    boolean none() {
        return left <= 0;
    }

    void take() {
        left--;
    }

    /** Plans again when more may be removed, if nothing happens before. */
    void requeue() {
        next.ifPresent(plan::requeueAt);
    }
}
