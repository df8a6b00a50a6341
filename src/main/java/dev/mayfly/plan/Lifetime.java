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
 * Replaces replicas that reached {@code maxLifetime}, one at a time even if many are due. With a surge, the new replica
 * comes first; otherwise one is removed if the budget allows one to be unavailable. Nothing is done during a rollout,
 * which replaces the replicas anyway.
 */
final class Lifetime {
    /** The lifetime varies by this fraction, so that replicas that started together are not replaced together. */
    private static final double JITTER = 0.1;
    /** Oldest replicas examined: a plan must not cost O(N). The others follow once these are replaced. */
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

    /** How many slots above N may be occupied while one replica is being replaced. */
    static int surge(Draft draft) {
        var fits = draft.desired().budget().maxSurge() > 0 && draft.desired().admitted() > 0;
        return fits && due(draft).isPresent() ? 1 : 0;
    }

    /**
     * Removes the replica once enough others are available. While one of those is not, no replica is removed for its
     * age.
     */
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
     * Launches the new replica. It is of the newest revision; if the old one held a place of another revision, the
     * rollout restores that share. While rollouts are halted, it is of the old replica's revision, unless that is the
     * one whose rollout stalled.
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

    /** The first of the oldest replicas that is due. */
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

    /** Replicas that started later are due later than this. */
    private static Instant earliest(Replica replica, Duration limit) {
        return after(replica, limit, 1 - JITTER);
    }

    /** Derived from the replica's id, so it is the same in every plan and for every operator. */
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
