package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private final SimpleInboundEventSource<EphemeralWorkload> source = new SimpleInboundEventSource<>("content");

    ContentWatch(KubernetesClient client, HashKey key) {
        this.client = client;
        this.key = key;
    }

    private record Place(String namespace, ContentSource source) {}

    private record Followed(WatchedObject object, Set<ResourceID> users) {}

    EventSource<Void, EphemeralWorkload> source() {
        return source;
    }

    /**
     * What the workload's template takes from other objects, as it is now.
     *
     * @throws ContentUnread where that is not known
     */
    Content read(EphemeralWorkload workload) {
        var wanted = SpecSources.of(workload);
        var objects = follow(workload, wanted.keySet());
        if (wanted.isEmpty()) {
            return Content.UNREAD;
        }
        var held = new HashMap<ContentSource, Content.Held>();
        wanted.forEach((from, keys) -> objects.get(from).held(keys).ifPresent(found -> held.put(from, found)));
        return Content.of(held, key.get());
    }

    /** Of a workload that is gone. */
    void forget(EphemeralWorkload workload) {
        follow(workload, Set.of());
    }

    private synchronized Map<ContentSource, WatchedObject> follow(
            EphemeralWorkload workload, Set<ContentSource> sources) {
        var user = ResourceID.fromResource(workload);
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
        users(place).forEach(source::propagateEvent);
    }

    private synchronized List<ResourceID> users(Place place) {
        var entry = followed.get(place);
        return entry == null ? List.of() : List.copyOf(entry.users());
    }

    @PreDestroy
    synchronized void close() {
        followed.values().forEach(entry -> entry.object().close());
    }
}
