package dev.mayfly.core.plan;

import dev.mayfly.core.model.Jitter;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Replaces replicas that reached {@code maxLifetime}, one at a time even if many are due. With a surge, the new replica
 * comes first; otherwise one is removed if the budget allows one to be unavailable. Nothing is done during a rollout,
 * which replaces the replicas anyway.
 */
final class Lifetime {
    /** Oldest replicas examined: a plan must not cost O(N). The others follow once these are replaced. */
    private static final int MAX_EXAMINED = 100;

    private Lifetime() {}

    static void plan(PlanBuilder plan) {
        var due = due(plan);
        if (due.isEmpty()) {
            requeueWhenDue(plan);
        } else if (!Rollout.overcommitted(plan)) {
            replace(plan, due.get());
        }
    }

    /** How many slots above N may be occupied while one replica is being replaced. */
    static int surge(PlanBuilder plan) {
        var fits = plan.desired().rollout().budget().maxSurge() > 0
                && plan.desired().admitted() > 0;
        return fits && due(plan).isPresent() ? 1 : 0;
    }

    /**
     * Removes the replica once enough others are available. While one of those is not, no replica is removed for its
     * age.
     */
    private static void replace(PlanBuilder plan, Replica old) {
        var surge = surge(plan);
        var occupied = plan.expected().occupied() - plan.awaited().size();
        var others = available(plan) - (available(plan, old) ? 1 : 0);
        if (occupied >= plan.desired().admitted() + surge) {
            var enough = Math.max(Rollout.minAvailable(plan), plan.desired().admitted() - 1 + surge);
            if (others >= enough && (surge > 0 || !inFlight(plan))) {
                plan.vacate(old, Cause.MAX_LIFETIME);
            }
        } else if (surge > 0 && occupied == plan.desired().admitted()) {
            launchSubstitute(plan, old);
        }
    }

    private static boolean inFlight(PlanBuilder plan) {
        return plan.expected().count(Phase.PENDING) + plan.expected().count(Phase.TERMINATING) > 0;
    }

    /**
     * Launches the new replica. It is of the newest revision; if the old one held a place of another revision, the
     * rollout restores that share. While rollouts are halted, it is of the old replica's revision, unless that is the
     * one whose rollout stalled.
     */
    private static void launchSubstitute(PlanBuilder plan, Replica old) {
        var newest = plan.desired().revision();
        var revision = plan.rolloutHalted() ? old.revision() : newest;
        var failing = plan.desired().rollout().stalled() && revision.equals(newest);
        var template = plan.template(revision);
        if (!failing && WarmPool.release(plan, revision)) {
            return;
        }
        if (!failing && template.isPresent() && LaunchAllowance.toGrow(plan, revision)) {
            var id = new ReplicaId(
                    plan.desired().owner(), plan.freeSlots().iterator().nextInt(), 1);
            plan.launch(new Launch(id, revision, template.get(), 0, 0, plan.now(), Priority.SCALE));
        }
    }

    private static int available(PlanBuilder plan) {
        var young = 0;
        for (var newest = plan.expected().newlyReady(); newest.hasNext(); young++) {
            var replica = newest.next();
            if (available(plan, replica)) {
                break;
            }
            plan.requeueAt(replica.health()
                    .readySince()
                    .orElseThrow()
                    .plus(plan.desired().rollout().minReady()));
        }
        return plan.expected().ready() - young;
    }

    private static boolean available(PlanBuilder plan, Replica replica) {
        return replica.available(plan.desired().rollout().minReady(), plan.now());
    }

    /** The first of the oldest replicas that is due. */
    private static Optional<Replica> due(PlanBuilder plan) {
        var limit = plan.desired().rollout().maxLifetime();
        var oldest = plan.expected().oldest();
        for (var left = limit.isEmpty() || plan.rolling() ? 0 : MAX_EXAMINED; left > 0 && oldest.hasNext(); left--) {
            var replica = oldest.next();
            if (earliest(replica, limit.get()).isAfter(plan.now())) {
                return Optional.empty();
            }
            if (!due(replica, limit.get()).isAfter(plan.now())) {
                return Optional.of(replica);
            }
        }
        return Optional.empty();
    }

    private static void requeueWhenDue(PlanBuilder plan) {
        var limit = plan.desired().rollout().maxLifetime();
        var oldest = plan.expected().oldest();
        for (var left = limit.isEmpty() || plan.rolling() ? 0 : MAX_EXAMINED; left > 0 && oldest.hasNext(); left--) {
            var replica = oldest.next();
            plan.requeueAt(due(replica, limit.get()));
            if (earliest(replica, limit.get()).isAfter(plan.now())) {
                return;
            }
        }
    }

    /** Replicas that started later are due later than this. */
    private static Instant earliest(Replica replica, Duration limit) {
        return start(replica).plus(Jitter.least(limit));
    }

    /** Replicas that started together are not replaced together. */
    static Instant due(Replica replica, Duration limit) {
        var id = replica.id();
        return start(replica).plus(Jitter.around(limit, id.owner().uid(), id.slot(), id.attempt()));
    }

    private static Instant start(Replica replica) {
        return replica.startedAt().orElse(replica.since());
    }
}
