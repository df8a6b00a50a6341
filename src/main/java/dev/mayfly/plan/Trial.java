package dev.mayfly.plan;

import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the newest revision has proven itself, so that ready replicas of others may go for it: one of its replicas is
 * available, for a second at least, and none of its seats is failing, or to be stopped for what it wrote. One whose slot failed before proves nothing until it
 * has been ready for as long as makes it no failure.
 */
final class Trial {
    private static final Duration AT_LEAST = Duration.ofSeconds(1);

    private Trial() {}

    /** Asks for another look at the moment at which it will be, if nothing happens. */
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

    /** Over, waiting to be tried again, or on its way out for what it did. */
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
