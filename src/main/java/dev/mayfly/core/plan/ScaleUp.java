package dev.mayfly.core.plan;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.ReplicaId;
import java.util.Comparator;

/** Releases missing replicas from the warm pool, and launches the others in the lowest free slots. */
final class ScaleUp {
    private ScaleUp() {}

    static void plan(PlanBuilder plan) {
        var shares = plan.shares();
        if (plan.rolloutHalted()) {
            growWhileHalted(plan);
        } else {
            grow(plan, shares.stable(), shares.ofStable(), plan.limit());
            grow(plan, shares.newest(), shares.ofNewest(), plan.limit());
        }
    }

    /**
     * Scales up while the rollout is halted. Replicas of a failed revision that are not ready take no places of others.
     */
    private static void growWhileHalted(PlanBuilder plan) {
        var newest = plan.desired().revision();
        var expected = plan.expected();
        var idle = plan.rolloutFailed() ? expected.occupied(newest) - expected.ready(newest) : 0;
        var admitted = plan.desired().admitted();
        var most = admitted + plan.awaited().size() + idle;
        grow(plan, fallback(plan), admitted, Math.min(plan.limit(), most));
    }

    /** @param most most occupied slots of all revisions */
    private static void grow(PlanBuilder plan, String revision, int share, int most) {
        var slots = plan.freeSlots().iterator();
        while (plan.expected().occupied() < most && plan.expected().occupied(revision) < share) {
            if (WarmPool.release(plan, revision)) {
                continue;
            }
            if (!LaunchAllowance.toGrow(plan, revision)) {
                return;
            }
            var id = new ReplicaId(plan.desired().owner(), slots.nextInt(), 1);
            var template = plan.template(revision).orElseThrow();
            plan.launch(new Launch(id, revision, template, 0, 0, plan.now(), Priority.SCALE));
        }
    }

    /**
     * The revision to scale while the rollout is halted: the stable one, else the earlier one with the most replicas,
     * else the newest.
     */
    private static String fallback(PlanBuilder plan) {
        var newest = plan.desired().revision();
        var stable = plan.desired().rollout().stable();
        if (plan.template(stable).isPresent()) {
            return stable;
        }
        return plan.expected().revisions().stream()
                .filter(revision -> !revision.equals(newest))
                .filter(revision -> plan.template(revision).isPresent())
                .max(Comparator.<String>comparingInt(plan.expected()::occupied)
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(newest);
    }
}
