package dev.mayfly.operator.cluster;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The resources that have containers, of every kind, as the framework's caches have them; and the way to wake one. */
@ApplicationScoped
public class ResourceCaches {
    private final Map<String, Kind<?>> kinds = new ConcurrentHashMap<>();

    private record Kind<T extends HasMetadata & Templated>(ResourceCache<T> cache, SimpleInboundEventSource<T> wakes) {

        public Stream<Templated> list() {
            return cache.list().map(resource -> resource);
        }

        public void wakeAll() {
            cache.list().forEach(resource -> wakes.propagateEvent(ResourceID.fromResource(resource)));
        }
    }

    /** Makes the kind known, before its controller starts. What is returned wakes its resources. */
    public <T extends HasMetadata & Templated> EventSource<Void, T> of(EventSourceContext<T> context) {
        var kind = new Kind<>(context.getPrimaryCache(), new SimpleInboundEventSource<T>("wakes"));
        kinds.put(HasMetadata.getKind(context.getPrimaryResourceClass()), kind);
        return kind.wakes();
    }

    /** Has the resource looked at again, soon; nothing where it is none of ours. */
    public void wake(OwnerId owner) {
        var kind = kinds.get(owner.kind());
        if (kind != null) {
            kind.wakes().propagateEvent(new ResourceID(owner.name(), owner.namespace()));
        }
    }

    public void wakeAll() {
        kinds.values().forEach(Kind::wakeAll);
    }

    /** All there are. */
    public Stream<Templated> list() {
        return kinds.values().stream().flatMap(Kind::list);
    }

    /** True where there is one of that kind, namespace and name. */
    public boolean has(OwnerId owner) {
        var kind = kinds.get(owner.kind());
        return kind != null
                && kind.cache()
                        .get(new ResourceID(owner.name(), owner.namespace()))
                        .isPresent();
    }
}
