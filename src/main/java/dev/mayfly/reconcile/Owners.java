package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/** Asks the API server itself, not a cache, whether an owner still exists. */
@ApplicationScoped
class Owners {
    private final KubernetesClient client;
    private final ClusterIdentity cluster;

    Owners(KubernetesClient client, ClusterIdentity cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    boolean sameCluster() {
        return cluster.holds();
    }

    /** True where there is no resource of that UID. */
    boolean gone(OwnerId owner) {
        var found = client.resources(EphemeralWorkload.class)
                .inNamespace(owner.namespace())
                .withName(owner.name())
                .get();
        return found == null || !found.getMetadata().getUid().equals(owner.uid());
    }

    /** When the CRD was made; empty where there is none. */
    Optional<Instant> crdCreated() {
        var crd = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(HasMetadata.getFullResourceName(EphemeralWorkload.class))
                .get();
        return Optional.ofNullable(crd)
                .map(found -> Instant.parse(found.getMetadata().getCreationTimestamp()));
    }
}
