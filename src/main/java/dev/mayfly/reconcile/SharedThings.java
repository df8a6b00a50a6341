package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.model.Desired;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.runtime.Shared;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;

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
     * Lets go of what no workload but {@code gone} uses.
     *
     * @param gone a workload that no longer counts though it may still be in the cache; null: none
     */
    void release(ResourceCache<EphemeralWorkload> all, EphemeralWorkload gone) {
        var alive = new ArrayList<Desired>();
        for (var workload : all.list().toList()) {
            if (gone != null
                    && workload.getMetadata().getUid().equals(gone.getMetadata().getUid())) {
                continue;
            }
            alive.add(
                    specs.unjudged(workload)); // read without judging: a workload that is refused still has its volumes
        }
        runtimes.with(Shared.class).forEach(runtime -> runtime.release(alive));
    }
}
