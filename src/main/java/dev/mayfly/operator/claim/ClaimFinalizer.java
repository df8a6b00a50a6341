package dev.mayfly.operator.claim;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.mayfly.operator.cluster.ClusterIdentity;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * The finalizer that protects a claim, and with it the data, while replicas mount it: Kubernetes' own protection
 * considers Pods only. It is applied under a field manager of this installation, so each of two installations removes
 * only the finalizer that it added.
 */
@ApplicationScoped
class ClaimFinalizer {
    static final String NAME = "mayfly.dev/in-use";

    private final KubernetesClient client;
    private final String manager;

    ClaimFinalizer(KubernetesClient client, ClusterIdentity cluster) {
        this.client = client;
        this.manager = "mayfly-in-use-" + cluster.id();
    }

    /**
     * Idempotent.
     *
     * @throws KubernetesClientException also if the claim was replaced by another one of the same name
     */
    void put(PersistentVolumeClaim claim) {
        apply(claim.getMetadata(), List.of(NAME));
    }

    /** Idempotent. Does nothing if the claim is gone. */
    void remove(PersistentVolumeClaim claim) {
        try {
            apply(claim.getMetadata(), List.of());
        } catch (KubernetesClientException failed) {
            if (failed.getCode() != HTTP_NOT_FOUND && failed.getCode() != HTTP_CONFLICT) {
                throw failed;
            }
        }
    }

    /** True if this installation added it. */
    boolean isOn(PersistentVolumeClaim claim) {
        var metadata = claim.getMetadata();
        return metadata.getFinalizers().contains(NAME)
                && metadata.getManagedFields().stream().anyMatch(field -> manager.equals(field.getManager()));
    }

    /**
     * The UID ensures that a claim of the same name created in the meantime is not changed, and that no claim is
     * created.
     */
    private void apply(ObjectMeta metadata, List<String> finalizers) {
        var claim = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .withUid(metadata.getUid())
                .withFinalizers(finalizers)
                .endMetadata()
                .build();
        client.resource(claim).fieldManager(manager).forceConflicts().serverSideApply();
    }
}
