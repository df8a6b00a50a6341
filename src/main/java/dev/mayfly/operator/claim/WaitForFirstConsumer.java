package dev.mayfly.operator.claim;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.claim.Claims.Unusable.Why;
import dev.mayfly.operator.event.EventRecorder;
import dev.mayfly.runtime.RuntimeEvent;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Advances claims without a volume. Some StorageClasses provision a volume only once the node of the claim's first
 * consumer is known. For Pods the scheduler selects that node; Mayfly's replicas bypass the scheduler, so Mayfly
 * selects it.
 */
@ApplicationScoped
class WaitForFirstConsumer {
    static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

    private final KubernetesClient client;
    private final EngineNode machine;
    private final EventRecorder events;
    /**
     * UIDs of claims for which a node was selected recently: a provisioner that failed removes the selection, which
     * must not cause a tight loop.
     */
    private final Cache<String, Boolean> recentSelections =
            Caffeine.newBuilder().expireAfterWrite(PAUSE).build();

    WaitForFirstConsumer(KubernetesClient client, EngineNode machine, EventRecorder events) {
        this.client = client;
        this.machine = machine;
        this.events = events;
    }

    /**
     * Takes the next step for an unbound claim.
     *
     * @return why it can't be used yet
     */
    Claims.Unusable advance(OwnerId user, PersistentVolumeClaim claim) {
        try {
            return reason(user, claim);
        } catch (KubernetesClientException failed) {
            return new Claims.Unusable(
                    Why.ClaimUnreadable,
                    claim.getMetadata().getName(),
                    "it is not bound yet, and the reason can't be read: " + failed.getMessage()
                            + ". It is retried automatically.");
        }
    }

    private Claims.Unusable reason(OwnerId user, PersistentVolumeClaim claim) {
        if ("Lost".equals(claim.getStatus().getPhase())) {
            return unbound(
                    claim,
                    "its volume " + claim.getSpec().getVolumeName()
                            + " is gone. Create the volume again under that name, or delete the claim and create it again.");
        }
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            return unbound(claim, "it is being deleted. Create it again once it is gone.");
        }
        var name = claim.getSpec().getStorageClassName();
        if (claim.getSpec().getVolumeName() != null || name == null || name.isEmpty()) {
            return unbound(
                    claim,
                    "it is not bound yet. Create a PersistentVolume that fits it"
                            + (claim.getSpec().getVolumeName() == null
                                    ? ", or set its storageClassName to a StorageClass that provisions volumes."
                                    : " with the name " + claim.getSpec().getVolumeName() + ", which it requests."));
        }
        var type = client.storage().v1().storageClasses().withName(name).get();
        if (type == null) {
            return unbound(
                    claim,
                    "it is not bound yet and there is no StorageClass " + name
                            + ". Create that, or a PersistentVolume with this storageClassName that fits it.");
        }
        return "WaitForFirstConsumer".equals(type.getVolumeBindingMode())
                ? select(user, claim, type)
                : unbound(
                        claim,
                        "it is not bound yet. StorageClass " + name + " (provisioner " + type.getProvisioner()
                                + ") binds it as soon as it has a volume: see kubectl describe pvc "
                                + claim.getMetadata().getName() + ".");
    }

    private Claims.Unusable select(OwnerId user, PersistentVolumeClaim claim, StorageClass type) {
        var waits = "it waits for its first consumer (StorageClass "
                + type.getMetadata().getName() + ")";
        if (NO_PROVISIONER.equals(type.getProvisioner())) {
            return unbound(
                    claim,
                    waits + ", and only Kubernetes' scheduler chooses among manually created volumes. Choose one:"
                            + " set the claim's spec.volumeName to a volume of this machine, or create the StorageClass with"
                            + " volumeBindingMode: Immediate.");
        }
        var node = machine.registered();
        if (node.isEmpty()) {
            return unbound(
                    claim,
                    waits + ", and this machine (" + machine.name() + ") is no node of the cluster, so"
                            + " no provisioner can create a volume on it. Make it a node, set mayfly.node-name if its node has another"
                            + " name, or bind the claim to a manually created PersistentVolume (spec.volumeName).");
        }
        var here = node.get().getMetadata().getName();
        var selected = Optional.ofNullable(claim.getMetadata().getAnnotations()).map(a -> a.get(SELECTED_NODE));
        if (selected.isEmpty() && noteSelection(claim)) {
            annotate(claim, node.get());
            events.add(new RuntimeEvent(
                    user,
                    "SelectedNode",
                    claim.getMetadata().getName(),
                    "it waited for its first consumer, which runs on node " + here,
                    false));
        } else if (selected.isPresent() && !selected.get().equals(here)) {
            return unbound(
                    claim,
                    "its volume is being created on node " + selected.get()
                            + ", which another consumer chose, and this machine is node " + here
                            + ". Use a claim of this workload's own.");
        }
        return unbound(
                claim,
                "provisioner " + type.getProvisioner() + " was asked for a volume on node " + here
                        + "; the workload continues as soon as it exists. If that takes long, see kubectl describe pvc "
                        + claim.getMetadata().getName() + ".");
    }

    /** Records the selection; true if no node was selected recently. */
    private boolean noteSelection(PersistentVolumeClaim claim) {
        return recentSelections.asMap().putIfAbsent(claim.getMetadata().getUid(), true) == null;
    }

    private void annotate(PersistentVolumeClaim claim, Node node) {
        var annotated = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(claim.getMetadata().getName())
                .withNamespace(claim.getMetadata().getNamespace())
                .withUid(claim.getMetadata().getUid())
                .addToAnnotations(SELECTED_NODE, node.getMetadata().getName())
                .endMetadata()
                .build();
        client.resource(annotated).patch(PatchContext.of(PatchType.STRATEGIC_MERGE), annotated);
    }

    private static Claims.Unusable unbound(PersistentVolumeClaim claim, String why) {
        return new Claims.Unusable(Why.ClaimNotBound, claim.getMetadata().getName(), why);
    }
}
