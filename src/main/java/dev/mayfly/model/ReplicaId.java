package dev.mayfly.model;

/**
 * One attempt at filling a slot. The same plan made twice from a stale view asks for the same ids, so repeats are harmless.
 *
 * @param owner the workload
 * @param slot 0 or more; a name, not an ordinal: gaps are normal
 * @param attempt 1 for the first container in this slot, then one more for each successor
 */
public record ReplicaId(OwnerId owner, int slot, int attempt) {

    /** The replica's name as users see it, also its host name: {@code web-3}. */
    public String replica() {
        return owner.name() + "-" + slot;
    }

    /** The id of this replica's successor in the same slot. */
    public ReplicaId next() {
        return new ReplicaId(owner, slot, attempt + 1);
    }
}
