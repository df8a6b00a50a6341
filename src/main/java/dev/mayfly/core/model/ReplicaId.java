package dev.mayfly.core.model;

/**
 * One attempt at filling a slot. Plans made twice from a stale view ask for the same ids, so repeats are harmless.
 *
 * @param owner the workload
 * @param slot 0 or more; a name, not an ordinal: gaps are normal
 * @param attempt 1 for the first container in the slot, one more for each successor
 */
public record ReplicaId(OwnerId owner, int slot, int attempt) {

    /** The replica's name as users see it, which is also its host name: {@code web-3}. */
    public String replica() {
        return owner.name() + "-" + slot;
    }

    /** The id of the successor in the same slot. */
    public ReplicaId next() {
        return new ReplicaId(owner, slot, attempt + 1);
    }
}
