package dev.mayfly.plan;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Priority;
import dev.mayfly.model.ReplicaId;
import java.util.Comparator;

/** Fewer seats than are wanted: new ones in the lowest free slots. */
final class ScaleUp {
    private ScaleUp() {}

    static void plan(Draft draft) {
        var shares = draft.shares();
        if (draft.standsStill()) {
            grow(draft, reliable(draft), draft.desired().admitted());
        } else {
            grow(draft, shares.stable(), shares.ofStable());
            grow(draft, shares.newest(), shares.ofNewest());
        }
    }

    private static void grow(Draft draft, String revision, int seats) {
        var slots = draft.freeSlots().iterator();
        while (draft.expected().seats() < draft.limit()
                && draft.expected().seats(revision) < seats
                && Room.toExplore(draft, revision)) {
            var id = new ReplicaId(draft.desired().owner(), slots.nextInt(), 1);
            var template = draft.template(revision).orElseThrow();
            draft.launch(new Launch(id, revision, template, 0, 0, draft.now(), Priority.SCALE));
        }
    }

    /** While the rollout stands still: the stable revision, else the earlier one that most replicas have, else the newest. */
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
