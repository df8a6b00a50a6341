package dev.mayfly.node.activator;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Services, and the EndpointSlices that lead them to the activator. Calls that are not from memory block. */
interface SliceStore extends AutoCloseable {

    /**
     * Reads all, and follows them from then on. May be called again after a failure.
     *
     * @param changed given namespace and name of a Service which changed, or whose slice did; must not block
     */
    void watch(BiConsumer<String, String> changed);

    /** From memory. */
    Optional<Service> service(String namespace, String name);

    /** The activator's slice of that name, from memory. */
    Optional<EndpointSlice> own(String namespace, String name);

    /** All slices of activators, from memory. */
    List<EndpointSlice> own();

    /** True if one of the Service's slices that others write has a ready endpoint. */
    boolean leadsElsewhere(String namespace, String service);

    /**
     * Writes a slice of the activator's.
     *
     * @throws NameTaken if there is one of that name that the activator did not write
     */
    void write(EndpointSlice slice) throws NameTaken;

    /** Deletes a slice of the activator's. Does nothing if it is gone. */
    void delete(EndpointSlice slice);

    @Override
    void close();

    /** Another client of the API server has made an EndpointSlice of that name. */
    final class NameTaken extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
