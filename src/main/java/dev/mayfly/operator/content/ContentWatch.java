package dev.mayfly.operator.content;

import static java.util.Objects.requireNonNullElse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ReferencedObjects;
import dev.mayfly.operator.cluster.RepeatedReads;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.WatchedObject;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the ConfigMaps and Secrets that workloads refer to, and wakes the workloads when they change. Only referenced
 * objects are followed, each by its name and while a workload refers to it. Secrets are read again and again, not watched:
 * a watch needs the right to list all of them.
 */
@ApplicationScoped
public class ContentWatch implements OwnerState {
    /**
     * ConfigMaps and Secrets that one template refers to. A template has 32 volumes; with each object, a request to the API
     * server stays open.
     */
    private static final int MOST_OBJECTS = 32;
    /** Memory of a key besides its characters, in bytes: entries of maps, strings. */
    private static final int KEY_OVERHEAD = 128;

    private final KubernetesClient client;
    private final ContentHash.Key key;
    private final RepeatedReads reads = new RepeatedReads();
    private final ReferencedObjects<Place, HasMetadata> referenced;
    /** The content of the objects, decoded once for all workloads that refer to them. Compares objects by identity. */
    private final Cache<HasMetadata, Content.Held> decoded =
            Caffeine.newBuilder().weakKeys().build();

    ContentWatch(KubernetesClient client, ContentHash.Key key, ResourceCaches resources) {
        this.client = client;
        this.key = key;
        this.referenced = new ReferencedObjects<>(
                this::named,
                reads,
                place -> place.source().kind() == Content.Source.Kind.Secret,
                new ReferencedObjects.Kept<HasMetadata>(ContentWatch::trim, ContentWatch::bytes),
                resources::wake);
    }

    private record Place(String namespace, Content.Source source) {}

    private Resource<? extends HasMetadata> named(Place place) {
        var name = place.source().name();
        return switch (place.source().kind()) {
            case ConfigMap -> client.configMaps().inNamespace(place.namespace()).withName(name);
            case Secret -> client.secrets().inNamespace(place.namespace()).withName(name);
        };
    }

    /** Only its content. Metadata may be large, and nothing limits it. */
    private static void trim(HasMetadata object) {
        var metadata = object.getMetadata();
        object.setMetadata(new ObjectMetaBuilder()
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .build());
    }

    private static long bytes(HasMetadata object) {
        return switch (object) {
            case Secret secret -> size(secret.getData());
            case ConfigMap map -> size(map.getData()) + size(map.getBinaryData());
            default -> 0;
        };
    }

    private static long size(Map<String, String> data) {
        return requireNonNullElse(data, Map.<String, String>of()).entrySet().stream()
                .mapToLong(entry -> KEY_OVERHEAD
                        + entry.getKey().length()
                        + entry.getValue().length())
                .sum();
    }

    /**
     * Watches the objects that the workload refers to. Returns the current content that its template uses.
     *
     * @throws Content.Unreadable if it is unknown
     * @throws WatchedObject.NotReadYet if it is being read; the workload is woken then
     * @throws InvalidSpec if it is more than the operator holds for a workload or a namespace
     */
    public Content follow(Templated workload) {
        var objects = refer(workload);
        var wanted = ContentReferences.of(workload);
        if (wanted.isEmpty()) {
            return Content.UNREAD;
        }
        var held = new HashMap<Content.Source, Content.Held>();
        wanted.forEach((from, keys) ->
                objects.get(from).map(object -> held(object).only(keys)).ifPresent(found -> held.put(from, found)));
        return Content.of(held, key.getOrCreate());
    }

    private Content.Held held(HasMetadata object) {
        var known = decoded.getIfPresent(object);
        if (known != null) {
            return known;
        }
        var all = Content.Held.of(object, ContentReferences.Keys.ALL);
        decoded.put(object, all);
        return all;
    }

    /**
     * Watches the objects that the workload refers to. Returns the Secrets that it names for its image's registry, in its
     * order; empty for one that does not exist.
     *
     * @throws Content.Unreadable if it is unknown
     * @throws WatchedObject.NotReadYet if it is being read; the workload is woken then
     * @throws InvalidSpec if it is more than the operator holds for a workload or a namespace
     */
    Map<String, Optional<Secret>> followPullSecrets(Templated workload) {
        var objects = refer(workload);
        var secrets = new LinkedHashMap<String, Optional<Secret>>();
        ContentReferences.pullSecrets(workload)
                .forEach(from -> secrets.put(from.name(), objects.get(from).map(Secret.class::cast)));
        return secrets;
    }

    /** Watches all objects that the workload refers to. */
    private Objects refer(Templated workload) {
        var namespace = workload.getMetadata().getNamespace();
        var places = Stream.concat(
                        ContentReferences.of(workload).keySet().stream(),
                        ContentReferences.pullSecrets(workload).stream())
                .map(source -> new Place(namespace, source))
                .collect(Collectors.toSet());
        if (places.size() > MOST_OBJECTS) {
            throw new InvalidSpec(
                    "TooManyReferences",
                    "spec.template refers to " + places.size() + " ConfigMaps and Secrets, more than " + MOST_OBJECTS
                            + ": put several keys into one object");
        }
        return new Objects(namespace, referenced.refer(Owners.of(workload), places));
    }

    /** Objects in one namespace. */
    private record Objects(String namespace, Map<Place, WatchedObject<HasMetadata>> watched) {

        Optional<HasMetadata> get(Content.Source source) {
            var object = watched.get(new Place(namespace, source));
            if (object == null) {
                throw new InvalidSpec(
                        "TooManyReferences",
                        "the workloads of namespace " + namespace + " refer to "
                                + ReferencedObjects.MOST_IN_A_NAMESPACE
                                + " other ConfigMaps and Secrets, so that " + source
                                + " is not read: put several keys into one object, or delete workloads; it is retried"
                                + " automatically");
            }
            var found = object.get(words -> Content.Unreadable.of(source, namespace, words));
            if (!object.fits()) {
                throw new InvalidSpec(
                        "ContentTooLarge",
                        source
                                + " is not read, since the operator has no more memory for the ConfigMaps and Secrets that"
                                + " the workloads of namespace " + namespace
                                + " refer to, which is 16 MiB, or less while other namespaces have much: make them"
                                + " smaller, or delete workloads; it is retried automatically");
            }
            return found;
        }
    }

    @Override
    public void forget(OwnerId owner) {
        referenced.refer(owner, Set.of());
    }

    /** Number of watched objects. */
    int watched() {
        return referenced.size();
    }

    @PreDestroy
    void close() {
        referenced.close();
        reads.close();
    }
}
