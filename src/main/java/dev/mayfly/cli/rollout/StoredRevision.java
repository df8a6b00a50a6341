package dev.mayfly.cli.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.operator.revision.ControllerRevisions;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One of a workload's revisions as the cluster stores it.
 *
 * @param number what {@code --to-revision} takes
 * @param name what the status and the labels of replicas call it
 * @param spec the workload's spec at that time; missing if it can't be read
 * @param created RFC 3339
 * @param pin the image that its replicas run
 */
record StoredRevision(long number, String name, JsonNode spec, String created, Optional<ImagePin> pin) {
    private static final String CAUSE = "kubernetes.io/change-cause";

    /** The oldest first. */
    static List<StoredRevision> read(KubernetesClient client, EphemeralWorkload workload) {
        var serialization = client.getKubernetesSerialization();
        return client
                .apps()
                .controllerRevisions()
                .inNamespace(workload.getMetadata().getNamespace())
                .withLabel(Ownership.OWNER_UID, workload.getMetadata().getUid())
                .list()
                .getItems()
                .stream()
                .flatMap(stored -> of(workload, stored, serialization).stream())
                .sorted(Comparator.comparingLong(StoredRevision::number))
                .toList();
    }

    /** Empty for an object that is not named as Mayfly names its revisions. */
    static Optional<StoredRevision> of(
            EphemeralWorkload workload, ControllerRevision stored, KubernetesSerialization serialization) {
        return ControllerRevisions.revision(workload, stored)
                .map(name -> new StoredRevision(
                        Optional.ofNullable(stored.getRevision()).orElse(0L),
                        name,
                        spec(serialization.convertValue(stored, JsonNode.class)),
                        stored.getMetadata().getCreationTimestamp(),
                        ControllerRevisions.pin(stored)));
    }

    private static JsonNode spec(JsonNode stored) {
        var spec = stored.at("/data/spec");
        return spec.path("template").isObject() ? spec : MissingNode.getInstance();
    }

    JsonNode template() {
        return spec.path("template");
    }

    String image() {
        return template().path("image").asText("");
    }

    /** The annotation {@code kubernetes.io/change-cause} of its template; empty: none. */
    String cause() {
        return template().path("metadata").path("annotations").path(CAUSE).asText("");
    }
}
