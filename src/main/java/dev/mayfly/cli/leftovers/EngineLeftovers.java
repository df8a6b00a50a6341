package dev.mayfly.cli.leftovers;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.ResourceOwnership;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds Mayfly's objects on the engine by their labels and the names derived from these. */
final class EngineLeftovers {
    private static final String RETAIN = "Retain";

    private final EngineReader engine;

    EngineLeftovers(EngineReader engine) {
        this.engine = engine;
    }

    void find(Consumer<Leftover> found) {
        for (var container : engine.labelled(Ownership.CLUSTER)) {
            replica(container).ifPresent(found);
        }
        for (var container : engine.labelled(ResourceOwnership.PROBE)) {
            ResourceOwnership.ownerOfProbe(name(container), container.getLabels())
                    .map(cluster -> Leftover.onEngine(
                            "container", name(container), cluster, "looked into an image, " + container.getState()))
                    .ifPresent(found);
        }
        for (var network : engine.networks(Ownership.CLUSTER)) {
            ResourceOwnership.ownerOfNetwork(network.getName(), network.getLabels())
                    .map(cluster -> Leftover.onEngine(
                            "network", network.getName(), cluster, "of namespace " + namespace(network.getLabels())))
                    .ifPresent(found);
        }
        for (var volume : engine.volumes(Ownership.CLUSTER)) {
            ResourceOwnership.ownerOfVolume(volume.getName(), volume.getLabels())
                    .map(cluster -> volume(volume.getName(), volume.getLabels(), cluster))
                    .ifPresent(found);
        }
    }

    private static Optional<Leftover> replica(Container container) {
        var cluster = container.getLabels().get(Ownership.CLUSTER);
        return Ownership.read(cluster, name(container), container.getLabels())
                .map(mark -> Leftover.onEngine(
                        "container",
                        name(container),
                        cluster,
                        mark.id().owner().kind() + " " + mark.id().owner().namespace() + "/"
                                + mark.id().replica() + ", " + container.getState()));
    }

    private static Leftover volume(String name, Map<String, String> labels, String cluster) {
        var policy = labels.getOrDefault(Ownership.RECLAIM_POLICY, "none");
        var volume = Leftover.onEngine(
                "volume", name, cluster, "of namespace " + namespace(labels) + ", reclaimPolicy " + policy);
        return policy.equals(RETAIN) ? volume.asKept() : volume;
    }

    private static String namespace(Map<String, String> labels) {
        return labels.get(Ownership.NAMESPACE);
    }

    /** The container's name; empty while the container is being removed. */
    private static String name(Container container) {
        var names = container.getNames();
        return names == null || names.length == 0 ? "" : names[0].substring(1);
    }
}
