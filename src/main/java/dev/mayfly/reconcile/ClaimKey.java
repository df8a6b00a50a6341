package dev.mayfly.reconcile;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;

/** Which PersistentVolumeClaim. */
record ClaimKey(String namespace, String name) {

    static ClaimKey of(PersistentVolumeClaim claim) {
        return new ClaimKey(
                claim.getMetadata().getNamespace(), claim.getMetadata().getName());
    }
}
