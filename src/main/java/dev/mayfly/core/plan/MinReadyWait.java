package dev.mayfly.core.plan;

import dev.mayfly.core.model.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Replicas that are ready, but not for long enough to be available.
 *
 * @param count number of such replicas
 * @param first when the first of them will have been ready for long enough; empty: there are none
 */
public record MinReadyWait(int count, Optional<Instant> first) {

    /**
     * Counts them. The cost grows with the number of replicas that became ready within {@code time}, so it is nothing
     * if that is zero.
     *
     * @param revisions revisions whose replicas are counted
     * @param time how long a replica must be ready
     * @param most count at most this many, the latest ready first
     */
    public static MinReadyWait of(Observed observed, Predicate<String> revisions, Duration time, int most) {
        var count = 0;
        var first = Optional.<Instant>empty();
        for (var ready = observed.newlyReady(); count < most && ready.hasNext(); ) {
            var replica = ready.next();
            if (replica.available(time, observed.now())) {
                break;
            }
            if (revisions.test(replica.revision())) {
                count++;
                first = replica.health().readySince().map(since -> since.plus(time));
            }
        }
        return new MinReadyWait(count, first);
    }

    /** Counts the replicas of all revisions. */
    public static MinReadyWait of(Observed observed, Duration time) {
        return of(observed, revision -> true, time, Integer.MAX_VALUE);
    }

    /** Number of the revision's replicas that have been ready for long enough. */
    public static int available(Observed observed, String revision, Duration time) {
        return observed.ready(revision)
                - of(observed, revision::equals, time, Integer.MAX_VALUE).count();
    }
}
