package dev.mayfly.runtime;

import dev.mayfly.core.model.OwnerId;
import java.util.Map;
import java.util.Optional;

/**
 * Labels and names of networks, volumes and probe containers on the engine, and how to read their owner from them. As
 * with {@link Ownership}, an object belongs to a cluster only if it has the labels <em>and</em> the derived name:
 * every client of the engine can write labels.
 */
public final class ResourceOwnership {
    /** Label of a container that is not a replica but was created to inspect an image; the value is the cluster. */
    public static final String PROBE = Ownership.PREFIX + "probe";

    private ResourceOwnership() {}

    /** Name of the network of a Kubernetes namespace. */
    public static String network(String cluster, String namespace) {
        return "mayfly_" + cluster + "_" + namespace;
    }

    /** Engine name of a volume of a Kubernetes namespace. */
    public static String volume(String cluster, String namespace, String volume) {
        return network(cluster, namespace) + "_" + volume;
    }

    /** Labels of a volume that is created for a replica of {@code maker}; others may use it as well, and after it. */
    public static Map<String, String> volumeLabels(String cluster, OwnerId maker, String reclaimPolicy) {
        return Map.of(
                Ownership.CLUSTER,
                cluster,
                Ownership.NAMESPACE,
                maker.namespace(),
                Ownership.RECLAIM_POLICY,
                reclaimPolicy,
                Ownership.KIND,
                maker.kind(),
                Ownership.NAME,
                maker.name(),
                Ownership.OWNER_UID,
                maker.uid());
    }

    /** The workload for which the volume was created; empty for a volume that an earlier version created. */
    public static Optional<OwnerId> makerOfVolume(Map<String, String> labels) {
        return label(labels, Ownership.KIND)
                .flatMap(kind -> label(labels, Ownership.NAMESPACE)
                        .flatMap(namespace -> label(labels, Ownership.NAME)
                                .flatMap(name -> label(labels, Ownership.OWNER_UID)
                                        .map(uid -> new OwnerId(kind, namespace, name, uid)))));
    }

    /** @param what the rest of the name, which distinguishes one probe container from another */
    public static String probe(String cluster, String what) {
        return "mayfly_probe_" + cluster + "_" + what;
    }

    /** The cluster that owns the network; empty if labels and name don't match. @param labels null: none */
    public static Optional<String> ownerOfNetwork(String name, Map<String, String> labels) {
        return label(labels, Ownership.CLUSTER)
                .filter(cluster -> label(labels, Ownership.NAMESPACE)
                        .filter(namespace -> name.equals(network(cluster, namespace)))
                        .isPresent());
    }

    /** The cluster that owns the volume; empty if labels and name don't match. @param labels null: none */
    public static Optional<String> ownerOfVolume(String name, Map<String, String> labels) {
        return label(labels, Ownership.CLUSTER)
                .filter(cluster -> label(labels, Ownership.NAMESPACE)
                        .filter(namespace -> name.startsWith(volume(cluster, namespace, "")))
                        .isPresent());
    }

    /**
     * The cluster whose operator created the probe container; empty if labels and name don't match.
     *
     * @param labels null: none
     */
    public static Optional<String> ownerOfProbe(String name, Map<String, String> labels) {
        return label(labels, PROBE).filter(cluster -> name.startsWith(probe(cluster, "")));
    }

    private static Optional<String> label(Map<String, String> labels, String key) {
        return Optional.ofNullable(labels).map(all -> all.get(key)).filter(value -> !value.isEmpty());
    }
}
