package dev.mayfly.plan;

import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether the newest revision has passed its canary, so that ready replicas of other revisions may be removed
 * for it. It has if one of its replicas is available, for at least a second, and none of its replicas is failing or
 * about to be stopped for what it wrote. A replica in a slot that failed before must be ready for as long as makes it
 * no failure.
 */
final class Trial {
    private static final Duration AT_LEAST = Duration.ofSeconds(1);

    private Trial() {}

    /** If the canary has not passed yet, plans again at the time it will, if nothing happens before. */
    static boolean passed(Draft draft) {
        var expected = draft.expected();
        var revision = draft.desired().revision();
        if (expected.ready(revision) == 0 || failing(draft, revision) || GivenUp.stops(draft, revision)) {
            return false;
        }
        var soonest = Optional.<Instant>empty();
        for (var ready = expected.newlyReady(); ready.hasNext(); ) {
            var replica = ready.next();
            if (replica.revision().equals(revision)) {
                var proof = replica.readySince().orElseThrow().plus(time(draft, replica));
                if (!proof.isAfter(draft.now())) {
                    return true;
                }
                soonest = soonest.filter(at -> at.isBefore(proof)).or(() -> Optional.of(proof));
            }
        }
        soonest.ifPresent(draft::lookAgain);
        return false;
    }

    private static Duration time(Draft draft, Replica replica) {
        var desired = draft.desired();
        var time = desired.minReady().compareTo(AT_LEAST) > 0 ? desired.minReady() : AT_LEAST;
        var healed = Duration.ofSeconds(desired.backOff().initialSeconds());
        return replica.failures() > 0 && healed.compareTo(time) > 0 ? healed : time;
    }

    /** True if a replica of the revision has terminated, waits to be retried, or is being removed for a fault. */
    private static boolean failing(Draft draft, String revision) {
        var expected = draft.expected();
        return expected.count(revision, Phase.ENDED)
                        + expected.count(revision, Phase.LOST)
                        + expected.count(revision, Phase.FAILED)
                        + expected.count(revision, Phase.CREATED)
                        + expected.condemned(revision)
                > 0;
    }
}
