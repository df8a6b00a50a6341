package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.Shared;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import jakarta.enterprise.context.ApplicationScoped;

/** Networks and named volumes that several workloads use go with the last one that does. */
@ApplicationScoped
class SharedThings {
    private final SpecReader specs;
    private final Runtimes runtimes;

    SharedThings(SpecReader specs, Runtimes runtimes) {
        this.specs = specs;
        this.runtimes = runtimes;
    }

    /**
     * Lets go of what no workload uses. One that is being deleted does not count: what its containers still hold the runtime
     * does not give away, and when two go at once neither waits for the other.
     */
    void release(ResourceCache<EphemeralWorkload> all) {
        var alive = all.list()
                .filter(workload -> !workload.isMarkedForDeletion())
                .map(specs::unjudged) // a workload that is refused still has its volumes
                .toList();
        runtimes.with(Shared.class).forEach(runtime -> runtime.release(alive));
    }
}
