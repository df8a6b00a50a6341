package dev.mayfly.plan;

import dev.mayfly.model.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Replicas that are ready, and not yet for long enough.
 *
 * @param count how many
 * @param first when the first of them has been ready for long enough; empty where there are none
 */
public record Maturing(int count, Optional<Instant> first) {

    /**
     * Costs as much as there are that became ready within {@code time}, so nothing where that is zero.
     *
     * @param revisions which revisions' are counted
     * @param time how long is long enough
     * @param most it counts no further: the newest come first
     */
    public static Maturing of(Observed observed, Predicate<String> revisions, Duration time, int most) {
        var count = 0;
        var first = Optional.<Instant>empty();
        for (var ready = observed.newlyReady(); count < most && ready.hasNext(); ) {
            var replica = ready.next();
            if (replica.available(time, observed.now())) {
                break;
            }
            if (revisions.test(replica.revision())) {
                count++;
                first = replica.readySince().map(since -> since.plus(time));
            }
        }
        return new Maturing(count, first);
    }

    /** Of all revisions. */
    public static Maturing of(Observed observed, Duration time) {
        return of(observed, revision -> true, time, Integer.MAX_VALUE);
    }

    /** How many of the revision are ready for long enough. */
    public static int available(Observed observed, String revision, Duration time) {
        return observed.ready(revision)
                - of(observed, revision::equals, time, Integer.MAX_VALUE).count();
    }
}
