package dev.mayfly.core.plan;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import java.util.ArrayList;

/**
 * Replaces replicas whose containers another client of the engine restarted, paused or otherwise changed. Those that are
 * not ready are removed at once. Ready ones are removed as far as the budget allows, and beyond it one at a time, without
 * waiting for new ones: N unchanged replicas are what the workload asks for. {@link Healing} fills their slots by the
 * ordinary rules; terminated containers in the slot stay for their logs.
 */
final class OutsideChanges {
    /** Replicas examined: a plan must not cost O(N). The others follow once these are replaced. */
    private static final int MAX_EXAMINED = 100;

    private OutsideChanges() {}

    static void plan(PlanBuilder plan) {
        var due = new ArrayList<Replica>();
        var changed = plan.expected().changedOutside();
        for (var left = MAX_EXAMINED; left > 0 && changed.hasNext(); left--) {
            var replica = changed.next();
            var at = replica.health().changed().map(OutsideChange::replaceAt).filter(plan.now()::isBefore);
            at.ifPresentOrElse(plan::requeueAt, () -> due.add(replica));
        }
        due.stream().filter(replica -> !replica.ready() || mayGo(plan)).forEach(replica -> {
            plan.remove(replica, Cause.CHANGED_OUTSIDE);
        });
    }

    private static boolean mayGo(PlanBuilder plan) {
        var expected = plan.expected();
        return expected.ready() > Rollout.minAvailable(plan)
                || expected.count(Phase.TERMINATING) + expected.count(Phase.PENDING) == 0;
    }
}
