package dev.mayfly.plan;

import java.time.Instant;
import java.util.Optional;

/** How many replicas may go: of the newest revision, those that are not available yet cover nobody. */
final class Spare {
    private final Draft draft;
    private final Optional<Instant> next;
    private int left;

    private Spare(Draft draft, int left, Optional<Instant> next) {
        this.draft = draft;
        this.left = left;
        this.next = next;
    }

    /** @param ready how many more are ready than must stay available: bounds what this costs */
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

    /** When there will be more of them, if nothing happens. */
    void lookAgain() {
        next.ifPresent(draft::lookAgain);
    }
}
