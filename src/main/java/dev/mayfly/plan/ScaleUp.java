package dev.mayfly.plan;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Priority;
import dev.mayfly.model.ReplicaId;
import java.util.Comparator;

/** Launches missing replicas in the lowest free slots. */
final class ScaleUp {
    private ScaleUp() {}

    static void plan(Draft draft) {
        var shares = draft.shares();
        if (draft.standsStill()) {
            growReliable(draft);
        } else {
            grow(draft, shares.stable(), shares.ofStable(), draft.limit());
            grow(draft, shares.newest(), shares.ofNewest(), draft.limit());
        }
    }

    /**
     * Scales up while the rollout is halted. Replicas of a failed revision that are not ready take no places of others.
     */
    private static void growReliable(Draft draft) {
        var newest = draft.desired().revision();
        var expected = draft.expected();
        var idle = draft.failing() ? expected.seats(newest) - expected.ready(newest) : 0;
        var admitted = draft.desired().admitted();
        var places = admitted + draft.awaited().size() + idle;
        grow(draft, reliable(draft), admitted, Math.min(draft.limit(), places));
    }

    /** @param most most occupied slots of all revisions */
    private static void grow(Draft draft, String revision, int seats, int most) {
        var slots = draft.freeSlots().iterator();
        while (draft.expected().seats() < most
                && draft.expected().seats(revision) < seats
                && Room.toExplore(draft, revision)) {
            var id = new ReplicaId(draft.desired().owner(), slots.nextInt(), 1);
            var template = draft.template(revision).orElseThrow();
            draft.launch(new Launch(id, revision, template, 0, 0, draft.now(), Priority.SCALE));
        }
    }

    /**
     * The revision to scale while the rollout is halted: the stable one, else the earlier one with the most replicas,
     * else the newest.
     */
    private static String reliable(Draft draft) {
        var newest = draft.desired().revision();
        var stable = draft.desired().stable();
        if (draft.template(stable).isPresent()) {
            return stable;
        }
        return draft.expected().revisions().stream()
                .filter(revision -> !revision.equals(newest))
                .filter(revision -> draft.template(revision).isPresent())
                .max(Comparator.<String>comparingInt(draft.expected()::seats).thenComparing(Comparator.naturalOrder()))
                .orElse(newest);
    }
}
