package dev.mayfly.plan;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Priority;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Replicas that are as old as they may get are replaced one by one, however many are due: a fresh one first where a surge
 * fits, else one goes where the budget lets one be missing. A rollout replaces them anyway: nothing is done meanwhile.
 */
final class Lifetime {
    /** The lifetime is this long, give or take: replicas that started together should not go together. */
    private static final double JITTER = 0.1;
    /** How many of the oldest are looked at: a plan must not cost O(N). The others' turn comes when those are replaced. */
    private static final int LOOKS = 100;

    private Lifetime() {}

    static void plan(Draft draft) {
        var due = due(draft);
        if (due.isEmpty()) {
            lookAgain(draft);
        } else if (!Rollout.overcommitted(draft)) {
            replace(draft, due.get());
        }
    }

    /** How many seats there may be above N while one is being replaced. */
    static int surge(Draft draft) {
        var fits = draft.desired().budget().maxSurge() > 0 && draft.desired().admitted() > 0;
        return fits && due(draft).isPresent() ? 1 : 0;
    }

    /** It goes once as many others serve as may be expected. While one of them does not, none goes for its age. */
    private static void replace(Draft draft, Replica old) {
        var surge = surge(draft);
        var seats = draft.expected().seats() - draft.awaited().size();
        var others = available(draft) - (available(draft, old) ? 1 : 0);
        if (seats >= draft.desired().admitted() + surge) {
            var enough = Math.max(Rollout.floor(draft), draft.desired().admitted() - 1 + surge);
            if (others >= enough && (surge > 0 || !moving(draft))) {
                draft.vacate(old, Cause.MAX_LIFETIME);
            }
        } else if (surge > 0 && seats == draft.desired().admitted()) {
            cover(draft, old);
        }
    }

    private static boolean moving(Draft draft) {
        return draft.expected().count(Phase.PENDING) + draft.expected().count(Phase.TERMINATING) > 0;
    }

    /**
     * Of the newest revision: where the old one holds a share of another, the rollout restores that. While rollouts stand still,
     * of the old one's own, unless that is the one which fails.
     */
    private static void cover(Draft draft, Replica old) {
        var newest = draft.desired().revision();
        var revision = draft.standsStill() ? old.revision() : newest;
        var failing = draft.desired().stalled() && revision.equals(newest);
        var template = draft.template(revision);
        if (!failing && template.isPresent() && Room.toExplore(draft, revision)) {
            var id = new ReplicaId(
                    draft.desired().owner(), draft.freeSlots().iterator().nextInt(), 1);
            draft.launch(new Launch(id, revision, template.get(), 0, 0, draft.now(), Priority.SCALE));
        }
    }

    private static int available(Draft draft) {
        var young = 0;
        for (var newest = draft.expected().newlyReady(); newest.hasNext(); young++) {
            var replica = newest.next();
            if (available(draft, replica)) {
                break;
            }
            draft.lookAgain(
                    replica.readySince().orElseThrow().plus(draft.desired().minReady()));
        }
        return draft.expected().ready() - young;
    }

    private static boolean available(Draft draft, Replica replica) {
        return replica.available(draft.desired().minReady(), draft.now());
    }

    /** The first of the oldest that is due. */
    private static Optional<Replica> due(Draft draft) {
        var limit = draft.desired().maxLifetime();
        var oldest = draft.expected().oldest();
        for (var looks = limit.isEmpty() || draft.rolling() ? 0 : LOOKS; looks > 0 && oldest.hasNext(); looks--) {
            var replica = oldest.next();
            if (earliest(replica, limit.get()).isAfter(draft.now())) {
                return Optional.empty();
            }
            if (!due(replica, limit.get()).isAfter(draft.now())) {
                return Optional.of(replica);
            }
        }
        return Optional.empty();
    }

    private static void lookAgain(Draft draft) {
        var limit = draft.desired().maxLifetime();
        var oldest = draft.expected().oldest();
        for (var looks = limit.isEmpty() || draft.rolling() ? 0 : LOOKS; looks > 0 && oldest.hasNext(); looks--) {
            var replica = oldest.next();
            draft.lookAgain(due(replica, limit.get()));
            if (earliest(replica, limit.get()).isAfter(draft.now())) {
                return;
            }
        }
    }

    /** Those that started later are due later than this. */
    private static Instant earliest(Replica replica, Duration limit) {
        return after(replica, limit, 1 - JITTER);
    }

    /** The same whenever it is asked, also by another operator: drawn from the replica's id. */
    static Instant due(Replica replica, Duration limit) {
        var id = replica.id();
        var draw = new SplittableRandom(Objects.hash(id.owner().uid(), id.slot(), id.attempt())).nextDouble();
        return after(replica, limit, 1 - JITTER + 2 * JITTER * draw);
    }

    private static Instant after(Replica replica, Duration limit, double times) {
        var start = replica.startedAt().orElse(replica.since());
        return start.plusMillis(Math.round(limit.toMillis() * times));
    }
}
