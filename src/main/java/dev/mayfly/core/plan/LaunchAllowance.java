package dev.mayfly.core.plan;

import dev.mayfly.core.model.Phase;

/** Decides whether one more launch is allowed. */
final class LaunchAllowance {
    private LaunchAllowance() {}

    /**
     * Number of replicas that run, are about to run, or are terminating. Each takes a place of N + maxSurge until it is
     * gone.
     */
    static int taken(PlanBuilder plan) {
        var expected = plan.expected();
        return expected.count(Phase.PENDING) + expected.count(Phase.RUNNING) + expected.count(Phase.TERMINATING);
    }

    /** For a replica whose container exists, or whose failed launch is due again. */
    static boolean toStart(PlanBuilder plan) {
        return taken(plan) < plan.limit() && plan.expected().count(Phase.PENDING) < plan.window();
    }

    /**
     * For a slot that fails repeatedly. The engine starts those one at a time: if they filled the window, no successor
     * could be created, and terminated containers would stay that long.
     */
    static boolean toRetry(PlanBuilder plan) {
        return toStart(plan) && plan.expected().count(Phase.PENDING) < (plan.window() + 1) / 2;
    }

    /**
     * For a replica of the revision. A revision whose rollout stalled is still started, but takes no place of the
     * surge, which is for replicas that serve. One that was never tried, because no container of it could be created,
     * takes one to be tried: what was missing, such as a registry, may be back.
     */
    static boolean toUseRevision(PlanBuilder plan, String revision) {
        return !plan.desired().rollout().stalled()
                || !plan.underRollout(revision)
                || RevisionShares.untried(revision, plan.expected())
                || taken(plan) < plan.limitWithoutRollout();
    }

    /**
     * For a successor that is only created, because more terminated containers than are kept wait for the removal of
     * those whose places they are to take.
     */
    static boolean toCreate(PlanBuilder plan) {
        return plan.expected().terminatedContainers()
                        > plan.desired().restarts().terminatedHistoryLimit()
                && plan.expected().count(Phase.PENDING) < plan.window()
                && !full(plan);
    }

    /**
     * True if as many replicas as are admitted have reserved capacity or are about to. Created replicas that wait count
     * as well.
     */
    static boolean full(PlanBuilder plan) {
        var expected = plan.expected();
        return expected.count(Phase.PENDING) + expected.count(Phase.RUNNING) + expected.count(Phase.CREATED)
                >= plan.desired().admitted();
    }

    /**
     * For the successor of a replica that had a container. If containers can't be created, the cause is rarely the
     * slot's own: a window full of failures stops further attempts until they are due again.
     */
    static boolean toReplace(PlanBuilder plan, String revision) {
        var expected = plan.expected();
        return toStart(plan)
                && toUseRevision(plan, revision)
                && expected.count(Phase.PENDING) + expected.count(revision, Phase.FAILED) < plan.window();
    }

    /**
     * For one more slot of a revision: as many may be unproven as are ready, plus one. The first failure stops the
     * growth. A revision that was rolled out completely, and of which a replica is ready, is proven.
     */
    static boolean toGrow(PlanBuilder plan, String revision) {
        var expected = plan.expected();
        var unproven = expected.occupied(revision) - expected.count(revision, Phase.RUNNING);
        var ready = expected.ready(revision);
        var proven = ready > 0 && revision.equals(plan.desired().rollout().stable());
        return toReplace(plan, revision) && (proven || unproven < 1 + ready);
    }
}
