package dev.mayfly.bench;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One workload for each of several images, with idle replicas. */
record AuditedWorkloads(KubernetesClient client, List<String> images, int replicas) implements AutoCloseable {
    /** Seconds between two scans. */
    static final int INTERVAL = 30;

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** Applies the workloads with that mode and waits until all replicas run with it. */
    void run(String mode) {
        for (var i = 0; i < images.size(); i++) {
            new Workloads(client, "default")
                    .apply("""
                    apiVersion: mayfly.dev/v1alpha1
                    kind: EphemeralWorkload
                    metadata: {name: %s}
                    spec:
                      replicas: %d
                      rollout: {maxUnavailable: "100%%", maxSurge: 0}
                      ephemerality: {mode: %s, audit: {periodSeconds: %d}}
                      template:
                        image: %s
                        command: [tail, -f, /dev/null]
                        terminationGracePeriodSeconds: 0
                    """.formatted(name(i), replicas / images.size(), mode, INTERVAL, images.get(i)));
        }
        for (var i = 0; i < images.size(); i++) {
            client.resources(EphemeralWorkload.class)
                    .inNamespace("default")
                    .withName(name(i))
                    .waitUntilCondition(AuditedWorkloads::settled, TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
        System.out.printf("%d replicas of %d images run with mode %s%n", replicas, images.size(), mode);
    }

    /** Number of findings in their statuses. */
    int findings() {
        return client.resources(EphemeralWorkload.class).inNamespace("default").list().getItems().stream()
                .map(workload -> workload.getStatus().ephemerality())
                .filter(known -> known != null && known.findings() != null)
                .mapToInt(known -> known.findings().size())
                .sum();
    }

    private static boolean settled(EphemeralWorkload workload) {
        var status = workload.getStatus();
        var wanted = workload.getSpec().replicas();
        return status != null
                && workload.getMetadata().getGeneration().equals(status.observedGeneration())
                && wanted.equals(status.readyReplicas())
                && wanted.equals(status.updatedReplicas());
    }

    @Override
    public void close() {
        for (var i = 0; i < images.size(); i++) {
            var workload = client.resources(EphemeralWorkload.class)
                    .inNamespace("default")
                    .withName(name(i));
            workload.delete();
            workload.waitUntilCondition(found -> found == null, TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String name(int image) {
        return "bench-audit-" + image;
    }
}
