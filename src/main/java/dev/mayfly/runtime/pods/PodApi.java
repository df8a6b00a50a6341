package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.podspec.PodDeletion;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The requests to the API server. Each waits for the answer, and throws {@link KubernetesClientException} for one that is
 * no success. The client itself repeats what was answered with 429 or 5xx, soon and a few times: fabric8 7.5.2 reads how
 * long the server asks to wait, and does not wait. So creations, which may be many, are not repeated here: {@link
 * PodLaunches} waits. The client throttles nothing of its own accord. What is still not answered is silence. So is what is
 * not asked for, because another operator leads, or may lead. A request that was checked before may still arrive late: it
 * creates a Pod by a name that is taken, or changes one by a UID that is not used again.
 */
final class PodApi {
    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /** With the client's default of 10 a request would last for minutes, and go on as long after the server is back. */
    private static final int MOST_RETRIES = 3;

    private final KubernetesClient client;
    /** Repeats nothing. */
    private final KubernetesClient creating;

    private final BooleanSupplier acts;

    /** @param acts asked before each request that changes a Pod: false if this operator must not */
    PodApi(KubernetesClient given, BooleanSupplier acts) {
        this.acts = acts;
        client = repeating(given, MOST_RETRIES);
        creating = repeating(given, 0);
    }

    private static KubernetesClient repeating(KubernetesClient given, int most) {
        var config = new RequestConfigBuilder(given.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(most)
                .build();
        return given.adapt(NamespacedKubernetesClient.class)
                .withRequestConfig(config)
                .call(bounded -> bounded);
    }

    Pod create(Pod pod) {
        requireLead();
        return creating.resource(pod).create();
    }

    /** Empty if there is none of that name. */
    Optional<Pod> find(ReplicaId id) {
        return Optional.ofNullable(resource(id).get());
    }

    /** Takes the gate off, so that the Pod is scheduled. Other gates stay. */
    Pod ungate(ReplicaId id, String uid) {
        var gate = Map.of("$patch", "delete", "name", PodBody.GATE);
        return patch(
                id,
                STRATEGIC,
                Map.of("metadata", Map.of("uid", uid), "spec", Map.of("schedulingGates", List.of(gate))));
    }

    /** Ends a Pod whose container can't be started, which the kubelet would try for ever. The Pod stays, as its record. */
    void end(ReplicaId id, String uid) {
        patch(id, MERGE, Map.of("metadata", Map.of("uid", uid), "spec", Map.of("activeDeadlineSeconds", 1)));
    }

    /**
     * Deletes the Pod, gracefully: with a grace of 0 it would be gone before its node has ended it.
     *
     * @return false if there is no Pod of that name and UID
     */
    boolean delete(ReplicaId id, String uid, Duration grace) {
        requireLead();
        try {
            PodDeletion.request(client, id.owner().namespace(), PodMarks.name(id), uid, Math.max(1, grace.toSeconds()));
            return true;
        } catch (KubernetesClientException failed) {
            if (ApiAnswer.isGone(failed) || ApiAnswer.isConflict(failed)) {
                return false;
            }
            throw failed;
        }
    }

    /** Empty if there is none of that name. */
    Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return Optional.ofNullable(client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    /** Empty if there is none of that name. */
    Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(name).get());
    }

    PodResource resource(ReplicaId id) {
        return client.pods().inNamespace(id.owner().namespace()).withName(PodMarks.name(id));
    }

    private Pod patch(ReplicaId id, PatchContext type, Map<String, Object> change) {
        requireLead();
        return resource(id).patch(type, client.getKubernetesSerialization().asJson(change));
    }

    private void requireLead() {
        if (!acts.getAsBoolean()) {
            throw new KubernetesClientException("Another operator leads, or may lead, so this one changes no Pod");
        }
    }
}
