package dev.mayfly.podspec;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Deletes one Pod and no other that gets its name, which the client's own request can't say. */
public final class PodDeletion {
    private PodDeletion() {}

    /**
     * Requests the deletion. Blocks.
     *
     * @param graceSeconds 0: it is gone at once, whether or not its node has ended it
     * @throws KubernetesClientException with 404 if there is no Pod of that name, with 409 if that has another UID
     */
    public static void request(KubernetesClient client, String namespace, String name, String uid, long graceSeconds) {
        client.raw(
                "/api/v1/namespaces/" + namespace + "/pods/" + name,
                "DELETE",
                new DeleteOptionsBuilder()
                        .withGracePeriodSeconds(graceSeconds)
                        .withNewPreconditions()
                        .withUid(uid)
                        .endPreconditions()
                        .build());
    }
}
