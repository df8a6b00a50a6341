package dev.mayfly.plan;

import dev.mayfly.model.Desired;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.RemovalOrder;
import dev.mayfly.model.Replica;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Removes occupants beyond their revision's share: first those that are not ready, then ready ones as far as enough
 * stay available. {@link ScaleUp} fills the slots that become free.
 */
public final class Rollout {
    private Rollout() {}

    static void plan(Draft draft) {
        if (!draft.rolling() || overcommitted(draft)) {
            return;
        }
        retireUnready(draft);
        retireReady(draft);
    }

    /**
     * True if more replicas run than the engine now has capacity for, so that a removed one could not be replaced. A
     * template that asks for more than the machine has must not take down running replicas.
     */
    static boolean overcommitted(Draft draft) {
        var desired = draft.desired();
        return desired.admitted() < desired.replicas()
                && (desired.admitted() == 0 || Room.taken(draft) > draft.limit());
    }

    /**
     * Removes occupants that are not ready. New replicas that are not available yet don't count, so a new revision that
     * never becomes available can't cause the removal of old replicas that are only being healed. Old replicas that
     * can't be healed, because their template is forgotten or was rolled back, are removed in any case.
     */
    private static void retireUnready(Draft draft) {
        var newest = draft.desired().revision();
        var expected = draft.expected();
        var old = expected.seats() - expected.seats(newest);
        var spare = Spare.beyond(draft, old + expected.ready(newest) - floor(draft));
        for (var next = unready(draft); next.isPresent(); next = unready(draft)) {
            var healed = draft.template(next.get().revision()).isPresent()
                    && !next.get().revision().equals(newest);
            if (healed && spare.none()) {
                spare.lookAgain();
                return;
            }
            draft.vacate(next.get(), Cause.ROLLOUT);
            spare.take();
        }
    }

    private static void retireReady(Draft draft) {
        var spare = Spare.beyond(draft, draft.expected().ready() - floor(draft));
        var proven = Optional.<Boolean>empty();
        for (var next = surplus(draft); next.isPresent() && next.get().ready(); next = surplus(draft)) {
            if (spare.none()) {
                spare.lookAgain();
                return;
            }
            if (!next.get().revision().equals(draft.desired().revision())) {
                proven = proven.or(() -> Optional.of(draft.shares().ofNewest() == 0 || Trial.passed(draft)));
                if (!proven.get() && !mustMakeRoom(draft)) {
                    return;
                }
            }
            draft.vacate(next.get(), Cause.ROLLOUT);
            spare.take();
        }
    }

    /** True if the first new replica needs the place of a ready one, because no surge fits. */
    private static boolean mustMakeRoom(Draft draft) {
        var newest = draft.desired().revision();
        return draft.expected().seats(newest) == 0
                && Room.taken(draft) >= draft.limit()
                && draft.expected().count(Phase.TERMINATING) == 0;
    }

    /** The first occupant that is not ready. It comes before replicas that the user named. */
    private static Optional<Replica> unready(Draft draft) {
        return unready(draft, revision -> draft.template(revision).isEmpty()).or(() -> unready(draft, draft::replaces));
    }

    private static Optional<Replica> unready(Draft draft, Predicate<String> revisions) {
        return draft.expected().revisions().stream()
                .filter(revisions)
                .map(revision -> draft.expected().seatsInRemovalOrder(revision).next())
                .filter(replica -> !replica.ready())
                .min(RemovalOrder.of(draft.desired()));
    }

    private static Optional<Replica> surplus(Draft draft) {
        return ScaleDown.first(draft, draft::replaces);
    }

    /**
     * True if a rollout can't continue until the engine has more capacity: no further replica fits, and none may be
     * unavailable.
     *
     * @param desired with the surge that fits the engine, which may be less than the spec's
     */
    public static boolean waitsForRoom(Desired desired, Observed observed) {
        var wanted = desired.withoutGivenUp();
        var floor = wanted.replicas() - wanted.budget().maxUnavailable();
        return wanted.budget().maxSurge() == 0
                && (wanted.budget().maxUnavailable() == 0 || wanted.admitted() <= floor)
                && !wanted.paused()
                && Shares.of(wanted, observed).unfinished(observed);
    }

    /** Number of replicas that must stay available, regardless of the engine's capacity. */
    static int floor(Draft draft) {
        return Math.max(0, draft.desired().replicas() - draft.desired().budget().maxUnavailable());
    }
}
