package dev.mayfly.core.plan;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.RemovalOrder;
import dev.mayfly.core.model.Replica;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Removes occupants beyond their revision's share: first those that are not ready, then ready ones as far as enough
 * stay available. {@link ScaleUp} fills the slots that become free.
 */
public final class Rollout {
    private Rollout() {}

    static void plan(PlanBuilder plan) {
        if (!plan.rolling() || overcommitted(plan)) {
            return;
        }
        retireUnready(plan);
        retireReady(plan);
    }

    /**
     * True if more replicas run than the engine now has capacity for, so that a removed one could not be replaced. A
     * template that asks for more than the machine has must not take down running replicas.
     */
    static boolean overcommitted(PlanBuilder plan) {
        var desired = plan.desired();
        return desired.admitted() < desired.replicas()
                && (desired.admitted() == 0 || LaunchAllowance.taken(plan) > plan.limit());
    }

    /**
     * Removes occupants that are not ready. New replicas that are not available yet don't count, so a new revision that
     * never becomes available can't cause the removal of old replicas that are only being healed. Old replicas that
     * can't be healed, because their template is forgotten or was rolled back, are removed in any case.
     */
    private static void retireUnready(PlanBuilder plan) {
        var newest = plan.desired().revision();
        var expected = plan.expected();
        var old = expected.occupied() - expected.occupied(newest);
        var spare = Spare.beyond(plan, old + expected.ready(newest) - minAvailable(plan));
        for (var next = unready(plan); next.isPresent(); next = unready(plan)) {
            var healed = plan.template(next.get().revision()).isPresent()
                    && !next.get().revision().equals(newest);
            if (healed && spare.none()) {
                spare.requeue();
                return;
            }
            plan.vacate(next.get(), Cause.ROLLOUT);
            spare.take();
        }
    }

    private static void retireReady(PlanBuilder plan) {
        var spare = Spare.beyond(plan, plan.expected().ready() - minAvailable(plan));
        var proven = Optional.<Boolean>empty();
        for (var next = surplus(plan); next.isPresent() && next.get().ready(); next = surplus(plan)) {
            if (spare.none()) {
                spare.requeue();
                return;
            }
            if (!next.get().revision().equals(plan.desired().revision())) {
                proven = proven.or(() -> Optional.of(plan.shares().ofNewest() == 0 || CanaryGate.passed(plan)));
                if (!proven.get() && !mustMakeRoom(plan)) {
                    return;
                }
            }
            plan.vacate(next.get(), Cause.ROLLOUT);
            spare.take();
        }
    }

    /** True if the first new replica needs the place of a ready one, because no surge fits. */
    private static boolean mustMakeRoom(PlanBuilder plan) {
        var newest = plan.desired().revision();
        return plan.expected().occupied(newest) == 0
                && LaunchAllowance.taken(plan) >= plan.limit()
                && plan.expected().count(Phase.TERMINATING) == 0;
    }

    /** The first occupant that is not ready. It comes before replicas that the user named. */
    private static Optional<Replica> unready(PlanBuilder plan) {
        return unready(plan, revision -> plan.template(revision).isEmpty()).or(() -> unready(plan, plan::replaces));
    }

    private static Optional<Replica> unready(PlanBuilder plan, Predicate<String> revisions) {
        return plan.expected().revisions().stream()
                .filter(revisions)
                .map(revision ->
                        plan.expected().occupantsInRemovalOrder(revision).next())
                .filter(replica -> !replica.ready())
                .min(RemovalOrder.of(plan.desired()));
    }

    private static Optional<Replica> surplus(PlanBuilder plan) {
        return ScaleDown.first(plan, plan::replaces);
    }

    /**
     * True if a rollout can't continue until the engine has more capacity: no further replica fits, and none may be
     * unavailable.
     *
     * @param desired with the surge that fits the engine, which may be less than the spec's
     */
    public static boolean waitsForCapacity(Desired desired, Observed observed) {
        var wanted = desired.withoutAbandoned();
        var rollout = wanted.rollout();
        var budget = rollout.budget();
        var floor = wanted.replicas() - budget.maxUnavailable();
        return budget.maxSurge() == 0
                && (budget.maxUnavailable() == 0 || wanted.admitted() <= floor)
                && !rollout.paused()
                && RevisionShares.of(wanted, observed).unfinished(observed);
    }

    /** Number of replicas that must stay available, regardless of the engine's capacity. */
    static int minAvailable(PlanBuilder plan) {
        return Math.max(
                0, plan.desired().replicas() - plan.desired().rollout().budget().maxUnavailable());
    }

    /**
     * Counts the replicas that may be removed. Replicas of the newest revision that are not available yet don't count as
     * ready.
     */
    static final class Spare {
        private final PlanBuilder plan;
        private final Optional<Instant> next;
        private int left;

        private Spare(PlanBuilder plan, int left, Optional<Instant> next) {
            this.plan = plan;
            this.left = left;
            this.next = next;
        }

        /** @param ready how many more are ready than must stay available; bounds the cost */
        static Spare beyond(PlanBuilder plan, int ready) {
            var desired = plan.desired();
            var unavailable = MinReadyWait.of(
                    plan.expected(),
                    desired.revision()::equals,
                    desired.rollout().minReady(),
                    ready);
            return new Spare(plan, ready - unavailable.count(), unavailable.first());
        }

        boolean none() {
            return left <= 0;
        }

        void take() {
            left--;
        }

        /** Plans again when more may be removed, if nothing happens before. */
        void requeue() {
            next.ifPresent(plan::requeueAt);
        }
    }
}
