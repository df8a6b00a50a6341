package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.model.OwnerId;
import dev.mayfly.runtime.Runtimes;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import jakarta.enterprise.context.ApplicationScoped;

/** Wakes the workload that the runtime hints at, at once. */
@ApplicationScoped
class RuntimeHints {
    private final Runtimes runtimes;

    RuntimeHints(Runtimes runtimes) {
        this.runtimes = runtimes;
    }

    EventSource<Void, EphemeralWorkload> source(EventSourceContext<EphemeralWorkload> context) {
        var source = new SimpleInboundEventSource<EphemeralWorkload>("runtime");
        runtimes.all()
                .forEach(runtime -> runtime.watch(owner -> {
                    if (owner.equals(OwnerId.EVERY)) {
                        context.getPrimaryCache()
                                .list()
                                .forEach(w -> source.propagateEvent(ResourceID.fromResource(w)));
                    } else {
                        source.propagateEvent(new ResourceID(owner.name(), owner.namespace()));
                    }
                }));
        return source;
    }
}
