package dev.mayfly.operator.cleanup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.MayflyConfig;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.Owners.Crds;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.runtime.Runtimes;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Owners whose deletion the API server reported, with or without Mayfly's finalizer. A restored etcd or another cluster
 * reports none: what it lacks is missing from a list.
 */
@ApplicationScoped
class DeletedOwners {
    /** About 3 MB. Beyond that, an owner counts as one that vanished. */
    private static final int MOST = 10_000;

    private final ResourceCaches resources;
    private final Runtimes runtimes;
    /** Creation times of the resources, for as long as a sweep may be the first to find something of them. */
    private final Cache<OwnerId, Instant> reported;

    private volatile Consumer<OwnerId> listener = nobody -> {};

    DeletedOwners(ResourceCaches resources, Runtimes runtimes, MayflyConfig config) {
        this.resources = resources;
        this.runtimes = runtimes;
        this.reported = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(
                        config.creationGrace().plus(config.sweepInterval().multipliedBy(2)))
                .build();
    }

    void start(@Observes StartupEvent started) {
        resources.onDeletion(this::deleted);
        runtimes.all().forEach(runtime -> runtime.watch(this::changed));
    }

    /**
     * Calls {@code listener} with each owner that is deleted from now on, and again whenever its replicas may have changed:
     * a reconciliation that began before may launch some. It must not block.
     */
    void listen(Consumer<OwnerId> listener) {
        this.listener = listener;
    }

    void deleted(Templated resource) {
        var owner = Owners.of(resource);
        reported.put(owner, Instant.parse(resource.getMetadata().getCreationTimestamp()));
        // After it was noted: replicas that were launched before are found now, and later ones report a change.
        listener.accept(owner);
    }

    private void changed(OwnerId owner) {
        if (reported.getIfPresent(owner) != null) {
            listener.accept(owner);
        }
    }

    /** The deletions of the last minutes. To be read before the CRDs. */
    Deletions recent() {
        return new Deletions(reported.asMap());
    }

    /** @param created creation time of each resource that the API server reported as deleted */
    record Deletions(Map<OwnerId, Instant> created) {
        Deletions {
            created = Map.copyOf(created);
        }

        /**
         * True if somebody deleted the resource. A CRD that is removed deletes its resources, too, and may have been
         * removed by mistake.
         *
         * @param crds read after these deletions: a CRD that was removed before one of them is missing, or newer
         */
        boolean deliberate(OwnerId owner, Crds crds) {
            var resource = created.get(owner);
            return resource != null
                    && crds.of(owner.kind())
                            .filter(crd -> !crd.isAfter(resource))
                            .isPresent();
        }
    }
}
