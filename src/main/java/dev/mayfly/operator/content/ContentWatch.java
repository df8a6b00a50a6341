package dev.mayfly.operator.content;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.operator.cluster.ReferencedObjects.Watched;
import dev.mayfly.operator.cluster.ReferencedObjects;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.ResourceOwner;
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
 * Knows what the ConfigMaps and Secrets hold that workloads refer to, and wakes those when it changes. Only what is referred
 * to is watched, each object by its name, for as long as somebody refers to it: never all Secrets of a namespace.
 */
@ApplicationScoped
public class ContentWatch implements OwnerState {
    private final KubernetesClient client;
    private final HashKey key;
    private final ReferencedObjects<Place, HasMetadata> referenced;

    ContentWatch(KubernetesClient client, HashKey key, ResourceCaches resources) {
        this.client = client;
        this.key = key;
        this.referenced = new ReferencedObjects<>(this::named, resources::wake);
    }

    private record Place(String namespace, ContentSource source) {}

    private Resource<? extends HasMetadata> named(Place place) {
        var name = place.source().name();
        return switch (place.source().kind()) {
            case ConfigMap -> client.configMaps().inNamespace(place.namespace()).withName(name);
            case Secret -> client.secrets().inNamespace(place.namespace()).withName(name);
        };
    }

    /**
     * What the workload's template takes from other objects, as it is now.
     *
     * @throws ContentUnread where that is not known
     */
    public Content read(Templated workload) {
        var objects = refer(workload);
        var wanted = ContentReferences.of(workload);
        if (wanted.isEmpty()) {
            return Content.UNREAD;
        }
        var held = new HashMap<ContentSource, Content.Held>();
        wanted.forEach((from, keys) -> objects.get(from)
                .map(object -> Content.Held.of(object, keys))
                .ifPresent(found -> held.put(from, found)));
        return Content.of(held, key.getOrCreate());
    }

    /**
     * The Secrets that the workload names for its image's registry, in its order; empty for one that is not there.
     *
     * @throws ContentUnread where that is not known
     */
    Map<String, Optional<Secret>> pullSecrets(Templated workload) {
        var objects = refer(workload);
        var secrets = new LinkedHashMap<String, Optional<Secret>>();
        ContentReferences.pullSecrets(workload)
                .forEach(from -> secrets.put(from.name(), objects.get(from).map(Secret.class::cast)));
        return secrets;
    }

    /** All that the workload refers to. */
    private Objects refer(Templated workload) {
        var namespace = workload.getMetadata().getNamespace();
        var places = Stream.concat(
                        ContentReferences.of(workload).keySet().stream(), ContentReferences.pullSecrets(workload).stream())
                .map(source -> new Place(namespace, source))
                .collect(Collectors.toSet());
        return new Objects(namespace, referenced.refer(ResourceOwner.of(workload), places));
    }

    /** Of one namespace. */
    private record Objects(String namespace, Map<Place, Watched<HasMetadata>> watched) {

        Optional<HasMetadata> get(ContentSource source) {
            var place = new Place(namespace, source);
            return watched.get(place).get(words -> ContentUnread.of(source, namespace, words));
        }
    }

    @Override
    public void forget(OwnerId owner) {
        referenced.refer(owner, Set.of());
    }

    /** How many objects. */
    int watched() {
        return referenced.size();
    }

    @PreDestroy
    void close() {
        referenced.close();
    }
}
