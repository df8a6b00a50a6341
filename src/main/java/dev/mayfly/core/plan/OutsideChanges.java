package dev.mayfly.core.plan;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

/**
 * Replaces replicas whose containers another client of the engine restarted or otherwise changed, and continues those
 * that it only paused. Those that are not ready are removed at once. Ready ones are removed as far as the budget allows,
 * and beyond it one at a time: N unchanged replicas are what the workload asks for. {@link Healing} fills their slots by
 * the ordinary rules; terminated containers in the slot stay for their logs. Attempts of a task have no budget.
 */
final class OutsideChanges {
    /** Replicas examined: a plan must not cost O(N). The others follow once these are replaced. */
    private static final int MAX_EXAMINED = 100;
    /**
     * After this time a ready replica no longer waits for launches in flight, which never cease in a workload that
     * crashes in a loop.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private OutsideChanges() {}

    static void plan(PlanBuilder plan) {
        var due = new ArrayList<Replica>();
        var changed = plan.expected().changedOutside();
        for (var left = MAX_EXAMINED; left > 0 && changed.hasNext(); left--) {
            var replica = changed.next();
            var at = change(replica).replaceAt();
            if (isAhead(plan, at)) {
                plan.requeueAt(at);
                continuePaused(plan, replica);
            } else {
                due.add(replica);
            }
        }
        for (var replica : due) {
            if (!replica.ready() || plan.desired().batch().isPresent() || mayGo(plan, change(replica))) {
                plan.remove(replica, Cause.CHANGED_OUTSIDE);
            }
        }
    }

    private static void continuePaused(PlanBuilder plan, Replica replica) {
        change(replica).continueAt().ifPresent(at -> {
            if (isAhead(plan, at)) {
                plan.requeueAt(at);
            } else {
                plan.resume(replica.id());
            }
        });
    }

    private static OutsideChange change(Replica replica) {
        return replica.health().changed().orElseThrow();
    }

    private static boolean mayGo(PlanBuilder plan, OutsideChange change) {
        var expected = plan.expected();
        if (expected.ready() > Rollout.minAvailable(plan)) {
            return true;
        }
        var overdue = change.since().plus(PATIENCE);
        if (isAhead(plan, overdue)) {
            plan.requeueAt(overdue);
        }
        return expected.count(Phase.TERMINATING) == 0
                && (expected.count(Phase.PENDING) == 0 || !isAhead(plan, overdue));
    }

    /** A time that is further ahead than any wait lasts was noted before the clock was set back. */
    private static boolean isAhead(PlanBuilder plan, Instant time) {
        return time.isAfter(plan.now()) && !time.isAfter(plan.now().plus(PATIENCE));
    }
}
