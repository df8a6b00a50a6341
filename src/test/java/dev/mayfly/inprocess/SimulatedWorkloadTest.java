package dev.mayfly.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.testing.Cluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator in this process, on a real API server, with replicas in memory only. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(ClusterResource.class)
class SimulatedWorkloadTest {
    private static final String MANIFEST = """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: many, namespace: %s}
            spec:
              replicas: %d
              runtime: Simulated
              template: {image: "busybox:1.36", terminationGracePeriodSeconds: 1}
            """;

    @TestHTTPResource("/q/health/ready")
    URI ready;

    @TestHTTPResource("/q/health/well")
    URI well;

    @Test
    void aThousandSimulatedReplicasTakeNoEngine() {
        var namespace = Cluster.namespace("simulated");
        apply(namespace, 1000);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ready(namespace)).isEqualTo(1000));

        assertThat(get(namespace).getStatus().runtime()).isEqualTo("Simulated");

        Cluster.client().resource(get(namespace)).delete();
        await().atMost(Duration.ofMinutes(1)).until(() -> get(namespace) == null);
    }

    @Test
    void readinessIsTheOperatorsAndWellnessTheEngines() throws IOException, InterruptedException {
        assertThat(body(ready)).contains("\"status\": \"UP\"").doesNotContain("engine");
        assertThat(body(well)).contains("\"name\": \"engine\"", "\"status\": \"UP\"");
    }

    private static void apply(String namespace, int replicas) {
        var manifest = MANIFEST.formatted(namespace, replicas).getBytes(StandardCharsets.UTF_8);
        Cluster.client().load(new ByteArrayInputStream(manifest)).serverSideApply();
    }

    private static int ready(String namespace) {
        var status = get(namespace).getStatus();
        return status == null || status.readyReplicas() == null ? 0 : status.readyReplicas();
    }

    private static EphemeralWorkload get(String namespace) {
        return Cluster.client()
                .resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName("many")
                .get();
    }

    private static String body(URI uri) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }
    }
}
