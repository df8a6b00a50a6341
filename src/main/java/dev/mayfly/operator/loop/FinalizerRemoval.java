package dev.mayfly.operator.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;

/**
 * Removes a finalizer from one object, and not from a successor of the same name: that has another UID, and its own
 * containers to clean up.
 */
final class FinalizerRemoval {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PatchContext PATCH = PatchContext.of(PatchType.JSON);
    /** A test of a JSON patch that fails (RFC 6902) is answered with this by the API server. */
    private static final int UNPROCESSABLE = 422;

    private FinalizerRemoval() {}

    /**
     * Does nothing if the object is gone or does not have the finalizer, as far as its caller's copy says. An object
     * that has changed meanwhile is left alone as well: its caller reads it again and comes back.
     *
     * @param object a copy from a cache, which may be outdated
     * @throws KubernetesClientException if the API server refuses or does not answer
     */
    static void remove(KubernetesClient client, HasMetadata object, String finalizer) {
        var index = object.getMetadata().getFinalizers().indexOf(finalizer);
        if (index < 0) {
            return;
        }
        var path = "/metadata/finalizers/" + index;
        var operations = List.of(
                Map.of(
                        "op",
                        "test",
                        "path",
                        "/metadata/uid",
                        "value",
                        object.getMetadata().getUid()),
                Map.of("op", "test", "path", path, "value", finalizer),
                Map.of("op", "remove", "path", path));
        try {
            client.resource(object).patch(PATCH, JSON.writeValueAsString(operations));
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND && refused.getCode() != UNPROCESSABLE) {
                throw refused;
            }
        } catch (JsonProcessingException never) {
            throw new IllegalStateException(never);
        }
    }
}
