package dev.mayfly.operator.claim;

import dev.mayfly.operator.cluster.InvalidSpec;

/** A PersistentVolumeClaim that replicas can't mount at present. Running replicas stay, none is started. */
public final class ClaimUnusable extends InvalidSpec {
    private static final long serialVersionUID = 1L;

    /** Reasons of the condition. */
    enum Why {
        /** The claim does not exist. */
        ClaimNotFound,
        /** It has no volume yet, or no longer has one. */
        ClaimNotBound,
        /** Replicas can't mount its volume because of its kind, location or mode. */
        ClaimNotUsable,
        /** The API server did not answer. */
        ClaimUnreadable
    }

    /** @param message why the claim can't be mounted, and what to do */
    ClaimUnusable(Why why, String claim, String message) {
        super(why.name(), "persistentVolumeClaim " + claim + ": " + message);
    }
}
