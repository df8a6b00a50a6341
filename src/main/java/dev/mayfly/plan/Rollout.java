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
 * Makes seats go that are more than their revision's share: first those that serve nobody, then ready ones as far as enough
 * stay available. {@link ScaleUp} fills what becomes free.
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
     * More runs than fits now: what goes could not be replaced. A template that asks for more than the machine has must not
     * take down those that run.
     */
    static boolean overcommitted(Draft draft) {
        var desired = draft.desired();
        return desired.admitted() < desired.replicas()
                && (desired.admitted() == 0 || Room.taken(draft) > draft.limit());
    }

    /**
     * Replicas of the new revision that are not available yet don't count as cover, so a revision that never gets there can't
     * make the old ones go that are only being healed. Where nothing can heal them, as their template is forgotten or failed, they go.
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

    /** Where no surge fits, the first of the new revision needs the place of one that is ready. */
    private static boolean mustMakeRoom(Draft draft) {
        var newest = draft.desired().revision();
        return draft.expected().seats(newest) == 0
                && Room.taken(draft) >= draft.limit()
                && draft.expected().count(Phase.TERMINATING) == 0;
    }

    /** Whatever the user named: what serves nobody goes first. */
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
     * True where a rollout can't go on before the engine has more room: nothing fits beside what runs, and none may be missing.
     *
     * @param desired with the surge that fits, so none where a spec would have one
     */
    public static boolean waitsForRoom(Desired desired, Observed observed) {
        var wanted = desired.withoutGivenUp();
        var floor = wanted.replicas() - wanted.budget().maxUnavailable();
        return wanted.budget().maxSurge() == 0
                && (wanted.budget().maxUnavailable() == 0 || wanted.admitted() <= floor)
                && !wanted.paused()
                && Shares.of(wanted, observed).unfinished(observed);
    }

    /** How many must stay available, whatever fits the engine. */
    static int floor(Draft draft) {
        return Math.max(0, draft.desired().replicas() - draft.desired().budget().maxUnavailable());
    }
}
