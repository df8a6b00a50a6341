package dev.mayfly.core.plan;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides whether the newest revision has passed its canary, so that ready replicas of other revisions may be removed
 * for it. It has if one of its replicas is available, for at least a second, and none of its replicas is failing or
 * about to be stopped for what it wrote. A replica in a slot that failed before must be ready for as long as makes it
 * no failure.
 */
final class CanaryGate {
    private static final Duration AT_LEAST = Duration.ofSeconds(1);

    private CanaryGate() {}

    /** If the canary has not passed yet, plans again at the time it will, if nothing happens before. */
    static boolean passed(PlanBuilder plan) {
        var expected = plan.expected();
        var revision = plan.desired().revision();
        if (expected.ready(revision) == 0 || failing(plan, revision) || AbandonedSlots.stopsWritersOf(plan, revision)) {
            return false;
        }
        var soonest = Optional.<Instant>empty();
        for (var ready = expected.newlyReady(); ready.hasNext(); ) {
            var replica = ready.next();
            if (replica.revision().equals(revision)) {
                var provenAt = replica.health().readySince().orElseThrow().plus(requiredReady(plan, replica));
                if (!provenAt.isAfter(plan.now())) {
                    return true;
                }
                soonest = soonest.filter(at -> at.isBefore(provenAt)).or(() -> Optional.of(provenAt));
            }
        }
        soonest.ifPresent(plan::requeueAt);
        return false;
    }

    private static Duration requiredReady(PlanBuilder plan, Replica replica) {
        var desired = plan.desired();
        var minReady = desired.rollout().minReady();
        var time = minReady.compareTo(AT_LEAST) > 0 ? minReady : AT_LEAST;
        var healed = Duration.ofSeconds(desired.restarts().backOff().stableSeconds());
        return replica.history().failures() > 0 && healed.compareTo(time) > 0 ? healed : time;
    }

    /** True if a replica of the revision has terminated, waits to be retried, or is being removed for a fault. */
    private static boolean failing(PlanBuilder plan, String revision) {
        var expected = plan.expected();
        return expected.count(revision, Phase.ENDED)
                        + expected.count(revision, Phase.LOST)
                        + expected.count(revision, Phase.FAILED)
                        + expected.count(revision, Phase.CREATED)
                        + expected.faulty(revision)
                > 0;
    }
}
