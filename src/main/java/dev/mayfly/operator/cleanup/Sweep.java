package dev.mayfly.operator.cleanup;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.claim.ClaimHolds;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.image.ImageGarbageCollection;
import dev.mayfly.operator.image.PrePulls;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes what events don't report: orphans, and unused networks, volumes, claims, journal notes, images and scan
 * files.
 */
@ApplicationScoped
class Sweep {
    private final Orphans orphans;
    private final SharedResources shared;
    private final ClaimHolds claims;
    private final WorkloadTotalsJournal totals;
    private final ImageGarbageCollection images;
    private final PrePulls prePulls;
    private final Runtimes runtimes;
    private final ResourceCaches resources;

    Sweep(
            Orphans orphans,
            SharedResources shared,
            ClaimHolds claims,
            WorkloadTotalsJournal totals,
            ImageGarbageCollection images,
            PrePulls prePulls,
            Runtimes runtimes,
            ResourceCaches resources) {
        this.orphans = orphans;
        this.shared = shared;
        this.claims = claims;
        this.totals = totals;
        this.images = images;
        this.prePulls = prePulls;
        this.runtimes = runtimes;
        this.resources = resources;
    }

    /**
     * @throws RuntimeUnavailable if the engine did not answer
     * @throws KubernetesClientException if the API server did not answer
     */
    void run() {
        runtimes.with(ContainerRuntime::imageEngine)
                .forEach(engine -> engine.contents().sweep());
        if (orphans.sweep(known())) {
            shared.sweep();
            claims.sweep(this::known);
            totals.sweep(this::existing);
            prePulls.sweep();
            images.sweep(() -> resources.list().toList());
        }
    }

    /** UIDs of the resources in the caches. */
    private Set<String> known() {
        return resources.list().map(w -> w.getMetadata().getUid()).collect(Collectors.toSet());
    }

    /** UIDs of the resources in the caches, and of those that have containers. */
    private Set<String> existing() {
        var existing = new HashSet<>(known());
        runtimes.all().stream()
                .flatMap(runtime -> runtime.owners().stream())
                .map(OwnerId::uid)
                .forEach(existing::add);
        return existing;
    }
}
