package dev.mayfly.runtime;

import java.util.Map;
import java.util.Optional;

/**
 * Labels and names that say whose a thing on the engine is that is no replica, and the way back. As with {@link Ownership}, a
 * thing is ours only where its labels are there <em>and</em> its name is the derived one: anybody can write labels.
 */
public final class Belongings {
    /** On a container that is no replica, made to look into an image; its value is the cluster. */
    public static final String PROBE = Ownership.PREFIX + "probe";

    private Belongings() {}

    /** The name of a Kubernetes namespace's network. */
    public static String network(String cluster, String namespace) {
        return "mayfly_" + cluster + "_" + namespace;
    }

    /** The engine's name of a Kubernetes namespace's volume. */
    public static String volume(String cluster, String namespace, String volume) {
        return network(cluster, namespace) + "_" + volume;
    }

    /** @param what the rest of the name, which tells one probe from another */
    public static String probe(String cluster, String what) {
        return "mayfly_probe_" + cluster + "_" + what;
    }

    /** The cluster whose network it is; empty: it is not ours, whatever it claims. @param labels null: none */
    public static Optional<String> ownerOfNetwork(String name, Map<String, String> labels) {
        return label(labels, Ownership.CLUSTER)
                .filter(cluster -> label(labels, Ownership.NAMESPACE)
                        .filter(namespace -> name.equals(network(cluster, namespace)))
                        .isPresent());
    }

    /** The cluster whose volume it is; empty: it is not ours, whatever it claims. @param labels null: none */
    public static Optional<String> ownerOfVolume(String name, Map<String, String> labels) {
        return label(labels, Ownership.CLUSTER)
                .filter(cluster -> label(labels, Ownership.NAMESPACE)
                        .filter(namespace -> name.startsWith(volume(cluster, namespace, "")))
                        .isPresent());
    }

    /** The cluster whose operator made it; empty: it is not ours, whatever it claims. @param labels null: none */
    public static Optional<String> ownerOfProbe(String name, Map<String, String> labels) {
        return label(labels, PROBE).filter(cluster -> name.startsWith(probe(cluster, "")));
    }

    private static Optional<String> label(Map<String, String> labels, String key) {
        return Optional.ofNullable(labels).map(all -> all.get(key)).filter(value -> !value.isEmpty());
    }
}
