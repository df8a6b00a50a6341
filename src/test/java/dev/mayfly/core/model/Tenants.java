package dev.mayfly.core.model;

/** Owners of several namespaces, for tests of what they share. */
public final class Tenants {
    /** The only owner in its namespace. */
    public static final OwnerId VICTIM = owner("victim", "web");

    private Tenants() {}

    public static OwnerId owner(String namespace, String name) {
        return new OwnerId("EphemeralWorkload", namespace, name, namespace + "-" + name);
    }
}
