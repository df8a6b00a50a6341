package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.model.Desired;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.Shared;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Networks and named volumes that several workloads use go with the last one that does. */
@ApplicationScoped
class SharedThings {
    private static final Logger LOG = Logger.getLogger(SharedThings.class);

    private final SpecReader specs;
    private final Runtimes runtimes;

    SharedThings(SpecReader specs, Runtimes runtimes) {
        this.specs = specs;
        this.runtimes = runtimes;
    }

    /** Lets go of what the workload used and no other does. Its replicas are gone. */
    void release(EphemeralWorkload leaving, ResourceCache<EphemeralWorkload> all) {
        alive(all).ifPresent(alive -> {
            try {
                var left = specs.unjudged(leaving);
                runtimes.with(Shared.class).forEach(runtime -> runtime.release(left, alive));
            } catch (InvalidSpec unreadable) {
                LOG.debugf(
                        "What %s used is left to the sweep: %s",
                        leaving.getMetadata().getName(), unreadable.getMessage());
            }
        });
    }

    /** Lets go of what no workload uses, whoever made it. */
    void sweep(ResourceCache<EphemeralWorkload> all) {
        alive(all).ifPresent(alive -> runtimes.with(Shared.class).forEach(runtime -> runtime.release(alive)));
    }

    /**
     * What everybody asks for. A workload that is being deleted does not count: what its containers still hold the runtime
     * does not give away, and when two go at once neither waits for the other. Empty where a spec can't be read: what it uses
     * can't be told, so nothing may go.
     */
    private Optional<List<Desired>> alive(ResourceCache<EphemeralWorkload> all) {
        try {
            return Optional.of(all.list()
                    .filter(workload -> !workload.isMarkedForDeletion())
                    .map(specs::unjudged)
                    .toList());
        } catch (InvalidSpec unreadable) {
            LOG.debugf("Shared networks and volumes stay: %s", unreadable.getMessage());
            return Optional.empty();
        }
    }
}
