package dev.mayfly.operator.claim;

import dev.mayfly.operator.cluster.InvalidSpec;

/** A PersistentVolumeClaim that no replica can mount as things are. What runs stays, nothing is started. */
public final class ClaimUnusable extends InvalidSpec {
    private static final long serialVersionUID = 1L;

    /** Reasons of the condition. */
    enum Why {
        /** There is no such claim. */
        ClaimNotFound,
        /** It has no volume yet, or none any longer. */
        ClaimNotBound,
        /** Its volume is of a kind, place or mode that replicas can't mount. */
        ClaimNotUsable,
        /** The API server did not say. */
        ClaimUnreadable
    }

    /** @param message which claim, why, and what to do */
    ClaimUnusable(Why why, String claim, String message) {
        super(why.name(), "persistentVolumeClaim " + claim + ": " + message);
    }
}
