package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what to do so that the observed state becomes the desired one. Pure and total; knows no clock. */
public final class Planner {
    private Planner() {}

    /**
     * Plans the next step. A plan costs O(actions · log N) and has at most {@code window} launches, so a step costs the
     * same with 100 replicas as with 100,000.
     *
     * @param window most launches that may be in flight at once, 1 or more
     */
    public static Plan plan(Desired desired, Observed observed, int window) {
        var plan = begin(desired, observed, window);
        if (desired.deleted()) {
            Deletion.plan(plan);
            return plan.build();
        }
        if (desired.batch().isPresent()) {
            TaskPlan.plan(plan, desired.batch().get(), observed);
            return plan.build();
        }
        AbandonedSlots.plan(plan, observed);
        ScaleDown.plan(plan);
        Unhealthy.plan(plan);
        Rollout.plan(plan);
        Recreation.plan(plan);
        OutsideChanges.plan(plan);
        Lifetime.plan(plan);
        Healing.plan(plan);
        ScaleUp.plan(plan);
        WarmPool.plan(plan);
        History.plan(plan, observed);
        return plan.build();
    }

    /** A builder without decisions. */
    static PlanBuilder begin(Desired desired, Observed observed, int window) {
        var startable = desired.startsNothing() ? desired.admitting(0) : desired;
        return new PlanBuilder(startable.withoutAbandoned(), AbandonedSlots.withoutKept(desired, observed), window);
    }

    /** Plans the deletion of a workload: all its replicas are removed. */
    static final class Deletion {
        private Deletion() {}

        static void plan(PlanBuilder plan) {
            plan.expected()
                    .all()
                    .filter(replica -> !replica.phase().leaving())
                    .forEach(replica -> plan.remove(replica, Cause.OWNER_DELETED));
        }
    }

    /**
     * Requests to the runtime, to be sent now.
     *
     * @param removals carried out first, because they make room
     * @param launches most important first
     * @param abandoning slots that are abandoned from now on: the status must record them before their replicas are
     *     removed
     * @param holds replicas of the warm pool that are ready, to be held from now on
     * @param resumes replicas that are paused and are to serve, to be continued
     * @param requeueAfter when to plan again even if nothing happens; empty: only an event can change the plan
     */
    public record Plan(
            List<Removal> removals,
            List<Launch> launches,
            Set<Integer> abandoning,
            List<ReplicaId> holds,
            List<ReplicaId> resumes,
            Optional<Duration> requeueAfter) {

        /** This plan with these launches only. */
        public Plan withLaunches(List<Launch> only) {
            return new Plan(removals, only, abandoning, holds, resumes, requeueAfter);
        }

        /** True if there is nothing to request. */
        public boolean isEmpty() {
            return removals.isEmpty() && launches.isEmpty() && holds.isEmpty() && resumes.isEmpty();
        }
    }
}
