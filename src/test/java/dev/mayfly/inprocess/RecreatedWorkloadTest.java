package dev.mayfly.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A workload that is created again under its name in the moment in which its predecessor is gone. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(ClusterResource.class)
class RecreatedWorkloadTest {
    /** As they ask without a pause, each more takes a part of the time in which the operator could delete. */
    private static final int NAMES = 3;

    private static final int ROUNDS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Inject
    ResourceCaches caches;

    @Test
    void everySuccessorIsReconciledAndCanBeDeletedAndEachDeletionIsReported() throws Exception {
        var namespace = Cluster.namespace("recreated");
        var deleted = ConcurrentHashMap.<String>newKeySet();
        caches.onDeletion(resource -> {
            if (resource.getMetadata().getNamespace().equals(namespace)) {
                deleted.add(resource.getMetadata().getUid());
            }
        });
        try (var side = Executors.newVirtualThreadPerTaskExecutor()) {
            var lives = IntStream.range(0, NAMES)
                    .mapToObj(i -> side.submit(() -> recreate(namespace, "web-" + i)))
                    .toList();
            for (var life : lives) {
                life.get();
            }
        }
        assertThat(Cluster.client()
                        .resources(EphemeralWorkload.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
        await("each of them is reported").atMost(PATIENCE).until(() -> deleted.size() == NAMES * ROUNDS);
    }

    private static void recreate(String namespace, String name) {
        var manifest = manifest(namespace, name);
        var current = named(namespace, name);
        for (var round = 0; round < ROUNDS; round++) {
            createOnceGone(manifest);
            await(name + " has a ready replica in round " + round)
                    .atMost(PATIENCE)
                    .until(() -> ready(current) == 1);
            current.delete();
        }
        await(name + " is gone").atMost(PATIENCE).until(() -> current.get() == null);
    }

    /** Asks without a pause, so that the successor is there before the operator has read that the first is gone. */
    private static void createOnceGone(Resource<?> manifest) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    try {
                        manifest.create();
                        return true;
                    } catch (KubernetesClientException refused) {
                        if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                            throw refused;
                        }
                        return false;
                    }
                });
    }

    private static Resource<?> manifest(String namespace, String name) {
        var yaml = """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s, namespace: %s}
                spec:
                  replicas: 1
                  runtime: Simulated
                  template: {image: "busybox:1.36", terminationGracePeriodSeconds: 0}
                """.formatted(name, namespace);
        return Cluster.client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .resources()
                .findFirst()
                .orElseThrow();
    }

    private static Resource<EphemeralWorkload> named(String namespace, String name) {
        return Cluster.client()
                .resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName(name);
    }

    private static int ready(Resource<EphemeralWorkload> workload) {
        var found = workload.get();
        var status = found == null ? null : found.getStatus();
        return status == null || status.readyReplicas() == null ? 0 : status.readyReplicas();
    }
}
