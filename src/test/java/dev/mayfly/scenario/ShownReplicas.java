package dev.mayfly.scenario;

import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A workload whose replicas print one line and go on, and its Pods. */
record ShownReplicas(Workloads workloads, String name, int replicas) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Returns once all are ready Pods. */
    void apply() {
        workloads.apply("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  replicas: %d
                  template:
                    image: busybox:1.36
                    command: [sh, -c, "echo begun; exec tail -f /dev/null"]
                    network: None
                    terminationGracePeriodSeconds: 0
                """.formatted(name, replicas));
        workloads.awaitRunning(name, replicas);
        awaitReady();
    }

    void awaitReady() {
        await("all are ready Pods").atMost(PATIENCE).until(() -> ready() == replicas);
    }

    void delete() {
        workloads.delete(name);
        workloads.awaitGone(name);
    }

    /** When each container was started, by its ID. */
    Map<String, String> starts() {
        return workloads.containers(name).stream()
                .map(Docker::inspect)
                .collect(Collectors.toMap(
                        container -> container.getId(),
                        container -> container.getState().getStartedAt(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** Of each Pod, by its name. */
    Map<String, String> uids() {
        return pods().stream()
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getName(),
                        pod -> pod.getMetadata().getUid()));
    }

    long ready() {
        return pods().stream()
                .filter(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True")))
                .count();
    }

    private List<Pod> pods() {
        return workloads
                .client()
                .pods()
                .inNamespace(workloads.namespace())
                .list()
                .getItems();
    }
}
