package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replaces replicas that wrote outside of volumes or exceeded a size limit. Each counts as a failure of its slot: see
 * {@link BackOff}.
 */
final class Recreation {
    private Recreation() {}

    static void plan(PlanBuilder plan) {
        evict(plan);
        if (plan.desired().audit().onWrite() == OnWrite.Recreate && !Rollout.overcommitted(plan)) {
            replace(plan);
        }
    }

    /**
     * Removes replicas that exceed a size limit. The machine's disk must not depend on the health of the workload's
     * other replicas, so beyond the budget they are removed one at a time, without waiting for new ones.
     */
    private static void evict(PlanBuilder plan) {
        for (var next = firstOverLimit(plan); next.isPresent(); next = firstOverLimit(plan)) {
            var expected = plan.expected();
            var alone = expected.count(Phase.TERMINATING) == 0 && expected.count(Phase.PENDING) == 0;
            if (next.get().ready() && expected.ready() <= Rollout.minAvailable(plan) && !alone) {
                return;
            }
            plan.vacate(next.get(), Cause.RECREATE);
        }
    }

    private static Optional<Replica> firstOverLimit(PlanBuilder plan) {
        var all = plan.expected().overLimit();
        return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    /**
     * Replaces replicas that wrote outside of volumes. If no ready one may be missing, a new replica in another slot
     * comes first, and takes over the place and the failures of the one that is removed.
     */
    private static void replace(PlanBuilder plan) {
        for (var wrote : replaceable(plan)) {
            var next = BackOff.afterReplacement(
                    wrote, plan.now(), plan.desired().restarts().backOff());
            if (AbandonedSlots.exceedsMaxConsecutiveFailures(plan, wrote, next)) {
                plan.abandon(wrote.id().slot());
            }
        }
        for (var wrote : replaceable(plan)) {
            if (!wrote.ready() || plan.expected().ready() > Rollout.minAvailable(plan)) {
                plan.vacate(wrote, surplus(plan) > 0 ? Cause.WRITES : Cause.RECREATE);
            } else if (!plan.rolling() && plan.desired().rollout().budget().maxSurge() > 0) {
                launchSubstitutes(plan);
                return;
            } else {
                return;
            }
        }
    }

    /**
     * Replicas that wrote and have not terminated, except in abandoned slots. Terminated ones get a successor anyway.
     */
    private static List<Replica> replaceable(PlanBuilder plan) {
        var found = new ArrayList<Replica>();
        plan.expected().dirty().forEachRemaining(replica -> {
            if (!replica.phase().terminated() && !plan.abandons(replica.id().slot())) {
                found.add(replica);
            }
        });
        return found;
    }

    /** Launches one new replica for each that wrote, up to the surge. */
    private static void launchSubstitutes(PlanBuilder plan) {
        var wrote = replaceable(plan);
        var slots = plan.freeSlots().iterator();
        while (surplus(plan)
                        < Math.min(
                                wrote.size(), plan.desired().rollout().budget().maxSurge())
                && LaunchAllowance.toGrow(plan, plan.desired().revision())) {
            plan.launch(substitute(plan, wrote.get(Math.max(0, surplus(plan))), slots.nextInt()));
        }
    }

    private static Launch substitute(PlanBuilder plan, Replica wrote, int slot) {
        var desired = plan.desired();
        var backOff =
                BackOff.afterReplacement(wrote, plan.now(), desired.restarts().backOff());
        return new Launch(
                new ReplicaId(desired.owner(), slot, 1),
                desired.revision(),
                desired.template(),
                backOff.failures(),
                wrote.history().restarts() + 1,
                plan.now().plus(backOff.delay()),
                Priority.SCALE);
    }

    private static int surplus(PlanBuilder plan) {
        return plan.expected().occupied() - plan.desired().admitted();
    }

    /** How many slots above N may be occupied while replicas that wrote are being replaced. */
    static int surge(PlanBuilder plan) {
        var recreates = plan.desired().audit().onWrite() == OnWrite.Recreate;
        if (!recreates || plan.rolling() || plan.desired().admitted() == 0) {
            return 0;
        }
        var most = plan.desired().rollout().budget().maxSurge();
        var found = 0;
        for (var dirty = plan.expected().dirty(); found < most && dirty.hasNext(); ) {
            found += dirty.next().phase().terminated() ? 0 : 1;
        }
        return found;
    }
}
