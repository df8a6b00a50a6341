package dev.mayfly.core.model;

/**
 * The custom resource that owns a replica.
 *
 * @param kind kind of the resource, such as {@code EphemeralWorkload}
 * @param namespace Kubernetes namespace
 * @param name name, at most 50 characters
 * @param uid UID, which distinguishes a resource from a later one of the same name
 */
public record OwnerId(String kind, String namespace, String name, String uid) {

    /** All workloads at once, for a change that concerns them all, such as the loss of the engine. */
    public static final OwnerId EVERY = new OwnerId("", "", "", "");

    private static final String TASK = "EphemeralTask";

    /** True if the resource is a task: its slots are completion indexes, and it runs to completion. */
    public boolean isTask() {
        return kind.equals(TASK);
    }
}
