package dev.mayfly.runtime.docker.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import dev.mayfly.core.image.StoredImage;
import dev.mayfly.core.image.StoredImage.Layer;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.ImageName;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.docker.engine.Containerd;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineAnswer;
import dev.mayfly.runtime.docker.engine.EngineConnector.EngineClients;
import dev.mayfly.runtime.docker.engine.EngineJson;
import dev.mayfly.runtime.docker.engine.EngineWords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Lists and removes the images on the engine. */
public final class EngineImages implements ImageStore {
    private static final Logger LOG = Logger.getLogger(EngineImages.class);
    private static final String NONE = "<none>";

    private final Supplier<Engine> engine;
    private final Optional<Host> host;
    private final ImageUses uses;
    /** Layers by image ID. They never change. */
    private final Map<String, List<Layer>> layers = new ConcurrentHashMap<>();

    public EngineImages(Supplier<Engine> engine, Optional<Host> host, ImageUses uses) {
        this.engine = engine;
        this.host = host;
        this.uses = uses;
    }

    /** For commands that run without an operator. */
    public static ImageStore of(DockerClient client) {
        var engine = new Engine(EngineClients.all(client), "", Requests.NONE, Containerd.UNKNOWN);
        return new EngineImages(() -> engine, Optional.empty(), new ImageUses());
    }

    @Override
    public String engine() {
        return EngineAnswer.to(
                "who it is", () -> engine.get().client().infoCmd().exec().getId());
    }

    @Override
    public Disk disk() {
        return host.flatMap(machine -> machine.fill(EngineAnswer.to(
                        "where its data is",
                        () -> engine.get().client().infoCmd().exec().getDockerRootDir())))
                .map(fill -> new Disk(fill.usedBytes(), fill.totalBytes()))
                .orElse(new Disk(0, 0));
    }

    @Override
    public List<StoredImage> images() {
        return EngineAnswer.to(
                "which images it has",
                () -> shared(stored(this::layers), engine.get().sharedSizes()));
    }

    @Override
    public List<StoredImage> imagesWithoutLayers() {
        return EngineAnswer.to("which images it has", () -> stored(id -> List.of()));
    }

    private List<StoredImage> stored(Function<String, List<Layer>> layersOf) {
        var client = engine.get().client();
        var all = client.listImagesCmd().withShowAll(true).exec();
        var users = users(client.listContainersCmd().withShowAll(true).exec());
        var children = children(all);
        var there = all.stream().map(Image::getId).collect(Collectors.toSet());
        layers.keySet().retainAll(there);
        uses.retain(there);
        var images = new ArrayList<StoredImage>();
        for (var image : all) {
            var stored = stored(
                    image,
                    layersOf,
                    users.getOrDefault(image.getId(), Set.of()),
                    children.getOrDefault(image.getId(), Set.of()));
            stored.filter(i -> i.names().findAny().isPresent() || i.children().isEmpty()) // else a build step
                    .ifPresent(images::add);
        }
        return images;
    }

    @Override
    public Map<String, Instant> uses() {
        return uses.all();
    }

    /** Empty if the image was removed meanwhile. */
    private Optional<StoredImage> stored(
            Image image, Function<String, List<Layer>> layersOf, Set<String> containers, Set<String> children) {
        try {
            return Optional.of(new StoredImage(
                    image.getId(),
                    names(image.getRepoTags()),
                    names(image.getRepoDigests()),
                    image.getSize(),
                    0,
                    layersOf.apply(image.getId()),
                    Optional.of(image.getCreated())
                            .filter(created -> created > 0)
                            .map(Instant::ofEpochSecond),
                    containers,
                    children));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** Empty if the engine can't describe the image, which may be removed like any other: it concerns no other image. */
    private List<Layer> layers(String id) {
        var known = layers.get(id);
        if (known != null) {
            return known;
        }
        try {
            var inspected = inspect(id);
            layers.put(id, inspected);
            return inspected;
        } catch (NotFoundException gone) {
            throw gone;
        } catch (DockerException refused) {
            LOG.debugf("Layers of image %s can't be read: %s", id, EngineWords.of(refused));
            return List.of();
        }
    }

    private List<Layer> inspect(String id) {
        var client = engine.get().client();
        var content = EngineJson.read(() -> client.inspectImageCmd(id).exec()).getRootFS();
        return ImageLayers.of(
                content == null || content.getLayers() == null ? List.of() : content.getLayers(),
                engine.get().history(id));
    }

    /** @param reported what images share, by their IDs, of an engine that tells: else it is that of their layers */
    private static List<StoredImage> shared(List<StoredImage> images, Map<String, Long> reported) {
        var holders = images.stream()
                .flatMap(image -> image.layers().stream())
                .collect(Collectors.groupingBy(Layer::id, Collectors.counting()));
        return images.stream()
                .map(image -> image.withSharedBytes(reported.getOrDefault(
                        image.id(),
                        image.layers().stream()
                                .filter(layer -> holders.get(layer.id()) > 1)
                                .mapToLong(Layer::bytes)
                                .sum())))
                .toList();
    }

    private static List<String> names(String[] names) {
        return names == null
                ? List.of()
                : Arrays.stream(names)
                        .filter(name -> !name.startsWith(NONE) && !name.endsWith(":" + NONE))
                        .map(ImageName::full)
                        .toList();
    }

    private static Map<String, Set<String>> users(List<Container> containers) {
        return containers.stream()
                .collect(Collectors.groupingBy(
                        Container::getImageId,
                        Collectors.mapping(
                                container -> Engine.name(container).orElse(container.getId()),
                                Collectors.toCollection(TreeSet::new))));
    }

    private static Map<String, Set<String>> children(List<Image> all) {
        var children = new HashMap<String, Set<String>>();
        for (var image : all) {
            var name = Stream.of(Optional.ofNullable(image.getRepoTags()).orElse(new String[0]))
                    .filter(tag -> !tag.startsWith(NONE))
                    .findFirst()
                    .orElse(image.getId());
            children.computeIfAbsent(image.getParentId(), parent -> new TreeSet<>())
                    .add(name);
        }
        return children;
    }

    @Override
    public Removed remove(StoredImage image, List<String> names) {
        try {
            return EngineAnswer.to("whether image " + image.name() + " is gone", () -> removed(image, names));
        } catch (DockerException refused) {
            throw stays(image.name(), refused);
        }
    }

    private Removed removed(StoredImage image, List<String> names) {
        var own = unused(image).ownBytes();
        for (var name : names.isEmpty() && image.names().findAny().isEmpty() ? List.of(image.id()) : names) {
            if (means(name, image)) {
                untag(image, name);
            }
        }
        if (means(image.id(), image)) {
            return new Removed(0, 0, 0);
        }
        var kept = images().stream()
                .flatMap(other -> other.layers().stream())
                .map(Layer::id)
                .collect(Collectors.toSet());
        var layersFreed = image.layers().stream()
                .filter(layer -> !kept.contains(layer.id()))
                .count();
        return new Removed(1, (int) layersFreed, own);
    }

    private boolean means(String name, StoredImage image) {
        try {
            return engine.get()
                    .image(name)
                    .filter(found -> found.getId().equals(image.id()))
                    .isPresent();
        } catch (EngineJson.Unreadable listedOnly) {
            return images().stream()
                    .filter(found -> found.id().equals(image.id()))
                    .anyMatch(found -> found.matches(name));
        }
    }

    private static Stays stays(String name, DockerException refused) {
        return new Stays("Image " + name + " could not be removed; the engine says: " + EngineWords.of(refused));
    }

    /**
     * Removes a name. The engine refuses to remove the last name of an image that a container uses, but not the names
     * before it.
     */
    private void untag(StoredImage image, String name) {
        try {
            engine.get().withoutTimeout().removeImageCmd(name).withForce(false).exec();
        } catch (NotFoundException gone) {
            // it is removed as requested: a digest is removed with the last tag of its repository
        } catch (ConflictException used) {
            unused(image);
            throw new InUse(name + " is kept; the engine says: " + EngineWords.of(used));
        } catch (DockerException refused) {
            throw stays(name, refused);
        }
    }

    /** The image as it is now. @throws InUse if anything uses it */
    private StoredImage unused(StoredImage image) {
        var now = images().stream()
                .filter(found -> found.id().equals(image.id()))
                .findFirst()
                .orElse(image);
        if (!now.users().isEmpty()) {
            throw new InUse(now.name() + " is in use by " + String.join(", ", now.users())
                    + ", so it is kept. Remove these first.");
        }
        return now;
    }

    /**
     * When replicas last stopped using their images: a short use may be over before the containers are listed next. In
     * memory only.
     */
    public static final class ImageUses {
        private final Map<String, Instant> last = new ConcurrentHashMap<>();

        public void ended(Replica replica, Instant at) {
            if (!replica.image().isEmpty()) {
                last.put(replica.image(), at);
            }
        }

        /** Times by image ID. */
        Map<String, Instant> all() {
            return Map.copyOf(last);
        }

        /** Forgets images that are no longer on the engine. */
        void retain(Set<String> images) {
            last.keySet().retainAll(images);
        }
    }
}
