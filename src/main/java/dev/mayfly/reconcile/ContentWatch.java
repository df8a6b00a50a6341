package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.model.OwnerId;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows what the ConfigMaps and Secrets hold that workloads refer to, and wakes those when it changes. Only what is referred
 * to is watched, each object by its name, for as long as somebody refers to it: never all Secrets of a namespace.
 */
@ApplicationScoped
class ContentWatch {
    private final KubernetesClient client;
    private final HashKey key;
    private final Map<Place, Followed> followed = new HashMap<>();
    private final Resources resources;

    ContentWatch(KubernetesClient client, HashKey key, Resources resources) {
        this.client = client;
        this.key = key;
        this.resources = resources;
    }

    private record Place(String namespace, ContentSource source) {}

    private record Followed(WatchedObject object, Set<OwnerId> users) {}

    /**
     * What the workload's template takes from other objects, as it is now.
     *
     * @throws ContentUnread where that is not known
     */
    Content read(Templated workload) {
        var wanted = SpecSources.of(workload);
        var objects = follow(workload);
        if (wanted.isEmpty()) {
            return Content.UNREAD;
        }
        var held = new HashMap<ContentSource, Content.Held>();
        wanted.forEach((from, keys) -> objects.get(from).held(keys).ifPresent(found -> held.put(from, found)));
        return Content.of(held, key.get());
    }

    /**
     * The Secrets that the workload names for its image's registry, in its order; empty for one that is not there.
     *
     * @throws ContentUnread where that is not known
     */
    Map<String, Optional<Secret>> pullSecrets(Templated workload) {
        var objects = follow(workload);
        var secrets = new LinkedHashMap<String, Optional<Secret>>();
        SpecSources.pullSecrets(workload)
                .forEach(from ->
                        secrets.put(from.name(), objects.get(from).object().map(Secret.class::cast)));
        return secrets;
    }

    /** Of a workload that is gone. */
    void forget(Templated workload) {
        follow(workload, Set.of());
    }

    private Map<ContentSource, WatchedObject> follow(Templated workload) {
        var sources = new HashSet<>(SpecSources.of(workload).keySet());
        sources.addAll(SpecSources.pullSecrets(workload));
        return follow(workload, sources);
    }

    private synchronized Map<ContentSource, WatchedObject> follow(Templated workload, Set<ContentSource> sources) {
        var user = ResourceOwner.of(workload);
        var objects = new HashMap<ContentSource, WatchedObject>();
        for (var wanted : sources) {
            var place = new Place(workload.getMetadata().getNamespace(), wanted);
            var entry = followed.computeIfAbsent(place, this::begin);
            entry.users().add(user);
            objects.put(wanted, entry.object());
        }
        followed.entrySet().removeIf(entry -> {
            if (!objects.containsValue(entry.getValue().object())) {
                var users = entry.getValue().users();
                if (users.remove(user) && users.isEmpty()) {
                    entry.getValue().object().close();
                    return true;
                }
            }
            return false;
        });
        return objects;
    }

    /** How many objects. */
    synchronized int watched() {
        return followed.size();
    }

    private Followed begin(Place place) {
        return new Followed(
                new WatchedObject(client, place.namespace(), place.source(), () -> changed(place)), new HashSet<>());
    }

    private void changed(Place place) {
        users(place).forEach(resources::wake);
    }

    private synchronized List<OwnerId> users(Place place) {
        var entry = followed.get(place);
        return entry == null ? List.of() : List.copyOf(entry.users());
    }

    @PreDestroy
    synchronized void close() {
        followed.values().forEach(entry -> entry.object().close());
    }
}
