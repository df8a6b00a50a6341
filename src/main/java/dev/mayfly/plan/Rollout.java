package dev.mayfly.plan;

import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import java.util.Optional;

/**
 * Makes seats of earlier revisions go, as a Deployment does: first those that serve nobody, then ready ones as far as enough
 * stay ready. {@link ScaleUp} fills what becomes free.
 */
final class Rollout {
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
     * Replicas of the new revision that are not ready yet don't count as cover, so a revision that never gets ready can't make
     * the old ones go that are only being healed. Where the template is forgotten, nothing can heal them: they go.
     */
    private static void retireUnready(Draft draft) {
        var revision = draft.desired().revision();
        for (var next = unready(draft); next.isPresent(); next = unready(draft)) {
            var expected = draft.expected();
            var forgotten = draft.template(next.get().revision()).isEmpty();
            var uncovered = expected.seats(revision) - expected.ready(revision);
            if (!forgotten && expected.seats() - uncovered <= floor(draft)) {
                return;
            }
            draft.vacate(next.get(), Cause.ROLLOUT);
        }
    }

    private static void retireReady(Draft draft) {
        for (var next = old(draft); next.isPresent() && next.get().ready(); next = old(draft)) {
            if (draft.expected().ready() <= floor(draft)) {
                return;
            }
            draft.vacate(next.get(), Cause.ROLLOUT);
        }
    }

    private static Optional<Replica> unready(Draft draft) {
        return forgotten(draft).or(() -> old(draft)).filter(replica -> !replica.ready());
    }

    private static Optional<Replica> forgotten(Draft draft) {
        return ScaleDown.first(draft, revision -> draft.template(revision).isEmpty())
                .filter(replica -> !replica.ready());
    }

    private static Optional<Replica> old(Draft draft) {
        return ScaleDown.first(
                draft, revision -> !revision.equals(draft.desired().revision()));
    }

    /** How many must stay ready. Where no surge fits, one must be able to go first. */
    static int floor(Draft draft) {
        var budget = draft.desired().budget();
        var maxUnavailable = budget.maxSurge() == 0 ? Math.max(1, budget.maxUnavailable()) : budget.maxUnavailable();
        return Math.max(0, draft.desired().admitted() - maxUnavailable);
    }
}
