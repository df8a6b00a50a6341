package dev.mayfly.operator.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Lets the Kubernetes client read names of any length that the API server stores. Jackson refuses those of more than 50,000
 * characters, and a single object with one would end the watch of all resources of its kind.
 */
@Singleton
class LongNames implements KubernetesClientObjectMapperCustomizer {
    /** More than the API server takes in a request, which is 3 MiB (its {@code MaxRequestBodyBytes}). */
    private static final int CHARACTERS = 4 * 1024 * 1024;

    @Override
    public void customize(ObjectMapper mapper) {
        var json = mapper.getFactory();
        json.setStreamReadConstraints(
                json.streamReadConstraints().rebuild().maxNameLength(CHARACTERS).build());
    }
}
