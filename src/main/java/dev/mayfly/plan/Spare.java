package dev.mayfly.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * Counts the replicas that may be removed. Replicas of the newest revision that are not available yet don't count as
 * ready.
 */
final class Spare {
    private final Draft draft;
    private final Optional<Instant> next;
    private int left;

    private Spare(Draft draft, int left, Optional<Instant> next) {
        this.draft = draft;
        this.left = left;
        this.next = next;
    }

    /** @param ready how many more are ready than must stay available; bounds the cost */
    static Spare beyond(Draft draft, int ready) {
        var desired = draft.desired();
        var maturing = Maturing.of(draft.expected(), desired.revision()::equals, desired.minReady(), ready);
        return new Spare(draft, ready - maturing.count(), maturing.first());
    }

    boolean none() {
        return left <= 0;
    }

    void take() {
        left--;
    }

    /** Plans again when more may be removed, if nothing happens before. */
    void lookAgain() {
        next.ifPresent(draft::lookAgain);
    }
}
