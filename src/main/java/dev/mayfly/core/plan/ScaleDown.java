package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.RemovalOrder.RemovalQueue;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Busy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Removes surplus replicas. Compares with the number the user asked for: lost capacity of the engine removes no
 * replica.
 */
public final class ScaleDown {
    private ScaleDown() {}

    /**
     * A scale-down that is not complete yet.
     *
     * @param since when it was first seen; a further decrease starts again
     * @param replicas number of replicas that were wanted
     */
    public record PendingScaleDown(Instant since, int replicas) {}

    /** Removes the surplus in removal order; busy replicas among them are waited for. */
    static void plan(PlanBuilder plan) {
        var queue = new RemovalQueue(plan.desired(), plan.expected(), revision -> true);
        while (surplus(plan) > 0 && queue.hasNext()) {
            var next = queue.next();
            if (plan.heldByPartition(next.revision())) {
                continue; // the partition needs it
            }
            var until = awaitedUntil(plan, next);
            if (until.isPresent()) {
                plan.keepBusy(next, until.get());
            } else {
                plan.vacate(next, Cause.SCALE_DOWN);
            }
        }
    }

    /** Number of surplus replicas, without those that are waited for; below 1: none. */
    static int surplus(PlanBuilder plan) {
        return plan.expected().occupied() - plan.awaited().size() - allowed(plan);
    }

    /**
     * Number of replicas that are no surplus. As in a Deployment, several revisions may use the surge; a single one has
     * exactly its replicas.
     */
    private static int allowed(PlanBuilder plan) {
        var replicas = plan.desired().replicas();
        if (replicas == 0) {
            return 0;
        }
        return replicas
                + (plan.mixesRevisions() ? plan.desired().rollout().budget().maxSurge() : plan.surge());
    }

    /**
     * Until when the replica is waited for, at the latest; empty: it may be removed now. A replica that does not run is
     * never busy, and no answer of others changes its place in the order. No running replica is removed before all have
     * answered since the scale-down began: until then the order is not known, and a replica that became busy meanwhile
     * could be removed.
     */
    private static Optional<Instant> awaitedUntil(PlanBuilder plan, Replica next) {
        var policy = plan.desired().scaleDown();
        if (policy.busyProbe().isEmpty() || next.phase() != Phase.RUNNING) {
            return Optional.empty();
        }
        var since = plan.desired().scaleDown().surplusSince().orElse(plan.now());
        var idle = plan.expected().allAnsweredSince(since)
                && next.health().busy().filter(Busy::busy).isEmpty();
        return Optional.of(since.plus(policy.busyDeadline()))
                .filter(deadline -> !idle && plan.now().isBefore(deadline));
    }

    /** The first of the revisions' replicas in removal order. */
    static Optional<Replica> first(PlanBuilder plan, Predicate<String> revisions) {
        var queue = new RemovalQueue(plan.desired(), plan.expected(), revisions);
        return queue.hasNext() ? Optional.of(queue.next()) : Optional.empty();
    }

    /**
     * The current scale-down; empty: there is no surplus, or the workload has no busy probe.
     *
     * @param known the one that the last status recorded
     */
    public static Optional<PendingScaleDown> pendingScaleDown(
            Desired desired, Observed observed, Optional<PendingScaleDown> known) {
        var none = surplus(Planner.begin(desired, observed, 1)) <= 0;
        if (desired.scaleDown().busyProbe().isEmpty() || none) {
            return Optional.empty();
        }
        var since = known.filter(scaleDown -> scaleDown.replicas() <= desired.replicas())
                .map(PendingScaleDown::since)
                .filter(seen -> seen.isBefore(observed.now())) // otherwise the clock was set back
                .orElse(observed.now());
        return Optional.of(new PendingScaleDown(since, desired.replicas()));
    }

    /** Busy replicas that would otherwise be removed, in removal order. */
    public static List<Replica> busy(Desired desired, Observed observed) {
        if (desired.scaleDown().surplusSince().isEmpty()) {
            return List.of();
        }
        var plan = Planner.begin(desired, observed, 1);
        plan(plan);
        return plan.awaited().stream()
                .filter(replica -> replica.health().busy().filter(Busy::busy).isPresent())
                .toList();
    }
}
