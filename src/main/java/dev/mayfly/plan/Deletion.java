package dev.mayfly.plan;

import dev.mayfly.model.Removal.Cause;

/** The workload goes, and everything of it. */
final class Deletion {
    private Deletion() {}

    static void plan(Draft draft) {
        draft.expected()
                .all()
                .filter(replica -> !replica.phase().leaving())
                .forEach(replica -> draft.remove(replica, Cause.OWNER_DELETED));
    }
}
