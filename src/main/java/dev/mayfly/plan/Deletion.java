package dev.mayfly.plan;

import dev.mayfly.model.Removal.Cause;

/** Plans the deletion of a workload: all its replicas are removed. */
final class Deletion {
    private Deletion() {}

    static void plan(Draft plan) {
        plan.expected()
                .all()
                .filter(replica -> !replica.phase().leaving())
                .forEach(replica -> plan.remove(replica, Cause.OWNER_DELETED));
    }
}
