package dev.mayfly.operator.cluster;

import dev.mayfly.api.v1alpha1.Templated;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.EventHandler;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceDeleteEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Consumer;

/**
 * The event source of one kind: it wakes resources, and reports those that the API server's watch says were deleted. The
 * framework's {@code ResourceEventAware} also hears of resources that are missing from a later list, and can't tell the
 * two apart, which the event itself can.
 */
final class ResourceEvents<T extends HasMetadata> extends SimpleInboundEventSource<T> {
    private final ResourceCache<T> resources;
    private final Consumer<Templated> deleted;

    /**
     * @param resources the framework's cache of the kind, which is also the source of its events
     * @param deleted must not block
     */
    ResourceEvents(ResourceCache<T> resources, Consumer<Templated> deleted) {
        super("wakes");
        this.resources = resources;
        this.deleted = deleted;
    }

    /** The framework's handler is the same for all sources of a kind. */
    @Override
    public void setEventHandler(EventHandler handler) {
        super.setEventHandler(handler);
        if (resources instanceof ControllerEventSource<?> events) {
            events.setEventHandler(event -> {
                report(event, deleted);
                handler.handleEvent(event);
            });
        }
    }

    /** A deletion that a watch did not report may be the loss of the cluster's state. */
    static void report(Event event, Consumer<Templated> deleted) {
        if (event instanceof ResourceDeleteEvent deletion
                && deletion.getAction() == ResourceAction.DELETED
                && !deletion.isDeletedFinalStateUnknown()) {
            deletion.getResource()
                    .filter(Templated.class::isInstance)
                    .map(Templated.class::cast)
                    .ifPresent(deleted);
        }
    }
}
