package dev.mayfly.plan;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Priority;
import dev.mayfly.model.ReplicaId;
import java.util.Comparator;

/** Fewer seats than are wanted: new ones in the lowest free slots. */
final class ScaleUp {
    private ScaleUp() {}

    static void plan(Draft draft) {
        var revision = revision(draft);
        var template = draft.template(revision).orElseThrow();
        var slots = draft.freeSlots().iterator();
        while (wanted(draft, revision) && Room.toExplore(draft, revision)) {
            var id = new ReplicaId(draft.desired().owner(), slots.nextInt(), 1);
            draft.launch(new Launch(id, revision, template, 0, 0, draft.now(), Priority.SCALE));
        }
    }

    private static boolean wanted(Draft draft, String revision) {
        return draft.expected().seats() < draft.limit()
                && draft.expected().seats(revision) < draft.desired().admitted();
    }

    /** While paused, the earlier revision that most replicas have; else the newest. */
    private static String revision(Draft draft) {
        var newest = draft.desired().revision();
        if (!draft.desired().paused()) {
            return newest;
        }
        return draft.expected().revisions().stream()
                .filter(revision -> !revision.equals(newest))
                .filter(revision -> draft.template(revision).isPresent())
                .max(Comparator.<String>comparingInt(draft.expected()::seats).thenComparing(Comparator.naturalOrder()))
                .orElse(newest);
    }
}
