package dev.mayfly.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.cluster.UnreadResources;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An operator that watches one namespace, while another one has workloads, too. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(ClusterResource.class)
@TestProfile(WatchedNamespacesTest.OneNamespace.class)
class WatchedNamespacesTest {
    private static final String WATCHED = "watched";
    private static final Duration SOON = Duration.ofMinutes(2);

    /** As the chart's {@code watchNamespaces} does. */
    public static class OneNamespace implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.operator-sdk.namespaces", WATCHED);
        }
    }

    @Inject
    ResourceCaches caches;

    @Inject
    UnreadResources unread;

    @Test
    void theCachesHaveAllThatTheyWatch() {
        var theirs = Cluster.namespace("not-watched");
        Cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(WATCHED)
                        .endMetadata()
                        .build())
                .serverSideApply();
        apply(theirs);
        apply(WATCHED);
        await().atMost(SOON).until(() -> caches.list().count() == 1);

        assertThat(caches.watches(WATCHED)).isTrue();
        assertThat(caches.watches(theirs)).isFalse();
        assertThat(unread.none()).isTrue();

        Cluster.client().resources(EphemeralWorkload.class).inNamespace(theirs).delete();
        Cluster.client().resources(EphemeralWorkload.class).inNamespace(WATCHED).delete();
        await().atMost(SOON).until(() -> caches.list().findAny().isEmpty());
    }

    private static void apply(String namespace) {
        var manifest = """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: web, namespace: %s}
                spec:
                  replicas: 1
                  runtime: Simulated
                  template: {image: "busybox:1.36", terminationGracePeriodSeconds: 0}
                """.formatted(namespace);
        Cluster.client()
                .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .serverSideApply();
    }
}
