package dev.mayfly.model;

/**
 * The custom resource that a replica belongs to.
 *
 * @param kind the resource's kind, such as {@code EphemeralWorkload}
 * @param namespace its Kubernetes namespace
 * @param name its name, at most 50 characters
 * @param uid its UID: tells a resource from a later one of the same name
 */
public record OwnerId(String kind, String namespace, String name, String uid) {

    /** Stands for all workloads at once where a change concerns them all, such as an engine that went away. */
    public static final OwnerId EVERY = new OwnerId("", "", "", "");

    private static final String TASK = "EphemeralTask";

    /** True where its slots are completion indexes, and what runs in them is to end. */
    public boolean isTask() {
        return kind.equals(TASK);
    }
}
