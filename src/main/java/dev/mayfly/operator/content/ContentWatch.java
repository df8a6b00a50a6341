package dev.mayfly.operator.content;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ReferencedObjects;
import dev.mayfly.operator.cluster.ReferencedObjects.Watched;
import dev.mayfly.operator.cluster.ResourceCaches;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
 * objects are watched, each by its name and while a workload refers to it: never all Secrets of a namespace.
 */
@ApplicationScoped
public class ContentWatch implements OwnerState {
    private final KubernetesClient client;
    private final ContentHash.Key key;
    private final ReferencedObjects<Place, HasMetadata> referenced;

    ContentWatch(KubernetesClient client, ContentHash.Key key, ResourceCaches resources) {
        this.client = client;
        this.key = key;
        this.referenced = new ReferencedObjects<>(this::named, resources::wake);
    }

    private record Place(String namespace, Content.Source source) {}

    private Resource<? extends HasMetadata> named(Place place) {
        var name = place.source().name();
        return switch (place.source().kind()) {
            case ConfigMap -> client.configMaps().inNamespace(place.namespace()).withName(name);
            case Secret -> client.secrets().inNamespace(place.namespace()).withName(name);
        };
    }

    /**
     * Watches the objects that the workload refers to. Returns the current content that its template uses.
     *
     * @throws Content.Unreadable if it is unknown
     */
    public Content follow(Templated workload) {
        var objects = refer(workload);
        var wanted = ContentReferences.of(workload);
        if (wanted.isEmpty()) {
            return Content.UNREAD;
        }
        var held = new HashMap<Content.Source, Content.Held>();
        wanted.forEach((from, keys) -> objects.get(from)
                .map(object -> Content.Held.of(object, keys))
                .ifPresent(found -> held.put(from, found)));
        return Content.of(held, key.getOrCreate());
    }

    /**
     * Watches the objects that the workload refers to. Returns the Secrets that it names for its image's registry, in its
     * order; empty for one that does not exist.
     *
     * @throws Content.Unreadable if it is unknown
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
        return new Objects(namespace, referenced.refer(Owners.of(workload), places));
    }

    /** Objects in one namespace. */
    private record Objects(String namespace, Map<Place, Watched<HasMetadata>> watched) {

        Optional<HasMetadata> get(Content.Source source) {
            var place = new Place(namespace, source);
            return watched.get(place).get(words -> Content.Unreadable.of(source, namespace, words));
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
    }
}
