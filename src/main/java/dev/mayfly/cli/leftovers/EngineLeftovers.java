package dev.mayfly.cli.leftovers;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.cli.ClusterReader.Pulled;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.ResourceOwnership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds Mayfly's objects on the engine by their labels and the names derived from these. */
public final class EngineLeftovers {
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
                                    "network",
                                    network.getName(),
                                    cluster,
                                    "of namespace " + namespace(network.getLabels()))
                            .in(namespace(network.getLabels())))
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
                                mark.id().owner().kind() + " "
                                        + mark.id().owner().namespace() + "/"
                                        + mark.id().replica() + ", " + container.getState())
                        .in(mark.id().owner().namespace())
                        .ownedBy(mark.id().owner().uid()));
    }

    private static Leftover volume(String name, Map<String, String> labels, String cluster) {
        var policy = labels.getOrDefault(Ownership.RECLAIM_POLICY, "none");
        var volume = Leftover.onEngine(
                        "volume", name, cluster, "of namespace " + namespace(labels) + ", reclaimPolicy " + policy)
                .in(namespace(labels));
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

    /** Finds images that Mayfly pulled, by the names that it pulled them as. Names that users gave are not listed. */
    public static void pulled(List<Pulled> pulled, List<StoredImage> images, Consumer<Leftover> found) {
        var there = images.stream().collect(Collectors.toMap(StoredImage::id, Function.identity()));
        for (var one : pulled) {
            var stored = there.get(one.image().id());
            if (stored != null) {
                names(one.image().references(), stored)
                        .map(name -> leftover(name, one, stored))
                        .forEach(found);
            }
        }
    }

    /** A digest is left out if a tag of its repository is listed, because removing the last tag removes it too. */
    private static Stream<String> names(Set<String> ours, StoredImage stored) {
        var there = ours.stream()
                .filter(name -> stored.names().anyMatch(ImageName.full(name)::equals))
                .sorted()
                .toList();
        var tagged = there.stream()
                .filter(name -> !name.contains("@"))
                .map(ImageName::fullRepository)
                .toList();
        return there.stream().filter(name -> !name.contains("@") || !tagged.contains(ImageName.fullRepository(name)));
    }

    private static Leftover leftover(String name, Pulled pulled, StoredImage stored) {
        var users = stored.users();
        var note = users.isEmpty() ? "last used " + pulled.image().usedAt() : "used by " + String.join(", ", users);
        var leftover = Leftover.onEngine("image", name, pulled.cluster(), "pulled by Mayfly, " + note);
        return users.isEmpty() ? leftover : leftover.asKept();
    }
}
