package dev.mayfly.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
              template: {image: "busybox:1.36", terminationGracePeriodSeconds: 1%s}
            """;
    private static final Duration SOON = Duration.ofMinutes(3);
    /** The operator keeps the key of its hashes there. */
    private static final Namespace OPERATORS = new NamespaceBuilder()
            .withNewMetadata()
            .withName("mayfly-system")
            .endMetadata()
            .build();

    @TestHTTPResource("/q/health/ready")
    URI ready;

    @TestHTTPResource("/q/health/well")
    URI well;

    @Inject
    ConfigurationService framework;

    @Test
    void theFrameworksTimerHasAThreadThatWaitsInOnePiece() {
        assertThat(framework.getExecutorServiceManager().scheduledExecutorService())
                .isInstanceOfSatisfying(
                        ScheduledThreadPoolExecutor.class,
                        timer -> assertThat(timer.getCorePoolSize()).isEqualTo(1));
    }

    @Test
    void aThousandSimulatedReplicasTakeNoEngine() {
        var namespace = Cluster.namespace("simulated");
        apply(namespace, 1000);
        await().atMost(SOON).untilAsserted(() -> assertThat(ready(namespace)).isEqualTo(1000));

        assertThat(get(namespace).getStatus().runtime()).isEqualTo("Simulated");

        Cluster.client().resource(get(namespace)).delete();
        await().atMost(SOON).until(() -> get(namespace) == null);
    }

    @Test
    void aWorkloadWhoseConfigMapIsGoneIsScaled() {
        var namespace = Cluster.namespace("refused");
        var settings = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .withData(Map.of("A", "b"))
                .build();
        Cluster.client().resource(settings).create();
        Cluster.client().resource(OPERATORS).serverSideApply();
        apply(namespace, 3, "envFrom: [{configMapRef: {name: settings}}]");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(ready(namespace))
                        .as("%s", get(namespace).getStatus())
                        .isEqualTo(3));
        var observed = get(namespace).getStatus().observedGeneration();

        Cluster.client().resource(settings).delete();
        await().atMost(SOON).until(() -> degraded(namespace).equals("ConfigMapNotFound"));
        apply(namespace, 5, "envFrom: [{configMapRef: {name: settings}}]");
        await().atMost(SOON).untilAsserted(() -> assertThat(ready(namespace)).isEqualTo(5));
        apply(namespace, 1, "envFrom: [{configMapRef: {name: settings}}]");
        await().atMost(SOON).untilAsserted(() -> assertThat(ready(namespace)).isEqualTo(1));
        assertThat(get(namespace).getStatus().observedGeneration()).isEqualTo(observed);

        Cluster.client().resource(settings).create();
        await().atMost(SOON).until(() -> degraded(namespace).equals("AsExpected"));
        var workload = get(namespace);
        assertThat(workload.getStatus().observedGeneration())
                .isEqualTo(workload.getMetadata().getGeneration());
        Cluster.client().resource(workload).delete();
        await().atMost(SOON).until(() -> get(namespace) == null);
    }

    private static String degraded(String namespace) {
        return Conditions.of(get(namespace).getStatus().conditions())
                .find("Degraded")
                .map(Condition::getReason)
                .orElse("");
    }

    @Test
    void readinessIsTheOperatorsAndWellnessTheEngines() {
        await("it is at work").atMost(SOON).untilAsserted(() -> {
            assertThat(body(ready)).contains("\"status\": \"UP\"").doesNotContain("engine");
            assertThat(body(well)).contains("\"name\": \"engine\"", "\"status\": \"UP\"");
        });
    }

    private static void apply(String namespace, int replicas) {
        apply(namespace, replicas, "");
    }

    /** @param more of the template; empty: nothing */
    private static void apply(String namespace, int replicas, String more) {
        var template = more.isEmpty() ? "" : ", " + more;
        var manifest = MANIFEST.formatted(namespace, replicas, template).getBytes(StandardCharsets.UTF_8);
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
