package dev.mayfly.operator.cluster;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The framework's caches of all kinds of resources that have containers, and the way to wake a resource. */
@ApplicationScoped
public class ResourceCaches {
    /** Resources of a kind that are read at once when a cache is filled. Each may have some hundred kilobytes. */
    public static final long PAGE = 50;

    private final Map<String, Kind<?>> kinds = new ConcurrentHashMap<>();
    private final List<Consumer<Templated>> deletionListeners = new CopyOnWriteArrayList<>();

    /** @param namespaces that are watched; the framework's word for all of them is possible */
    private record Kind<T extends HasMetadata & Templated>(
            ResourceCache<T> cache, ResourceEvents<T> wakes, Set<String> namespaces) {

        public boolean watchesAll() {
            return InformerConfiguration.allNamespacesWatched(namespaces);
        }

        public Stream<Templated> list() {
            return cache.list().map(resource -> resource);
        }

        public void wakeAll() {
            cache.list().forEach(resource -> wakes.propagateEvent(ResourceID.fromResource(resource)));
        }
    }

    /** Registers the kind before its controller starts. The returned event source wakes its resources. */
    public <T extends HasMetadata & Templated> EventSource<Void, T> of(EventSourceContext<T> context) {
        var kind = new Kind<>(
                context.getPrimaryCache(),
                new ResourceEvents<T>(context.getPrimaryCache(), this::deleted),
                context.getControllerConfiguration().getEffectiveNamespaces());
        kinds.put(HasMetadata.getKind(context.getPrimaryResourceClass()), kind);
        return kind.wakes();
    }

    /**
     * Calls {@code listener} with each resource whose deletion the API server reports from now on, as it was last. One
     * that is missing from a later list, and so may never have been deleted, is not reported. Called by the framework's
     * threads: it must not block.
     */
    public void onDeletion(Consumer<Templated> listener) {
        deletionListeners.add(listener);
    }

    private void deleted(Templated resource) {
        deletionListeners.forEach(listener -> listener.accept(resource));
    }

    /** From here on a resource is woken as soon as its runtime reports a change of its replicas. */
    void start(@Observes StartupEvent started, Runtimes runtimes) {
        runtimes.all().forEach(runtime -> runtime.watch(this::changed));
    }

    private void changed(OwnerId owner) {
        if (owner.equals(OwnerId.EVERY)) {
            wakeAll();
        } else {
            wake(owner);
        }
    }

    /** Schedules a reconciliation of the resource; does nothing if its kind is unknown. */
    public void wake(OwnerId owner) {
        var kind = kinds.get(owner.kind());
        if (kind != null) {
            kind.wakes().propagateEvent(new ResourceID(owner.name(), owner.namespace()));
        }
    }

    public void wakeAll() {
        kinds.values().forEach(Kind::wakeAll);
    }

    /** All cached resources. */
    public Stream<Templated> list() {
        return kinds.values().stream().flatMap(Kind::list);
    }

    /** The namespaces in which resources of that kind are watched, so that the cache has them; empty: all. */
    public Set<String> namespaces(String kindName) {
        var kind = kinds.get(kindName);
        return kind == null || kind.watchesAll() ? Set.of() : kind.namespaces();
    }

    /** The namespaces in which resources of any kind are watched; empty: all. */
    public Set<String> namespaces() {
        var watched = List.copyOf(kinds.values());
        return watched.stream().anyMatch(Kind::watchesAll)
                ? Set.of()
                : watched.stream().flatMap(kind -> kind.namespaces().stream()).collect(Collectors.toSet());
    }

    /** True if all kinds of resources are watched in that namespace. */
    public boolean watches(String namespace) {
        return kinds.values().stream()
                .allMatch(kind -> kind.watchesAll() || kind.namespaces().contains(namespace));
    }

    /** True if a resource of that kind, namespace and name is cached. */
    public boolean has(OwnerId owner) {
        var kind = kinds.get(owner.kind());
        return kind != null
                && kind.cache()
                        .get(new ResourceID(owner.name(), owner.namespace()))
                        .isPresent();
    }
}
