package dev.mayfly.e2e.pods;

import dev.mayfly.scenario.KwokNodes;
import dev.mayfly.testing.Lane;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;

/** A workload {@code web} of Pods on nodes without machines, and what a kubelet would do with these. */
final class WebPods {
    private WebPods() {}

    static String manifest(int replicas, String version) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata:
                  name: web
                spec:
                  runtime: Pods
                  replicas: %d
                  rollout: {maxSurge: 1, maxUnavailable: 1}
                  template:
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    terminationGracePeriodSeconds: 1
                    env: [{name: VERSION, value: %s}]
                    nodeSelector: {%s: %s}
                """.formatted(replicas, version, KwokNodes.LABEL, Lane.mark());
    }

    /** Of which a node takes two. */
    static String large(String version) {
        return manifest(5, version) + "    resources: {requests: {cpu: '" + KwokNodes.CPUS / 2 + "'}}\n";
    }

    static boolean runs(Pod pod, String version) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .anyMatch(variable -> version.equals(variable.getValue()));
    }

    /** The content of ConfigMap {@code conf}. */
    static void configure(Workloads workloads, String value) {
        workloads
                .client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("conf")
                        .withNamespace(workloads.namespace())
                        .endMetadata()
                        .withData(Map.of("VALUE", value))
                        .build())
                .serverSideApply();
    }

    /** As a kubelet would find it. */
    static boolean reads(Workloads workloads, Pod pod, String value) {
        var name = pod.getSpec()
                .getContainers()
                .getFirst()
                .getEnvFrom()
                .getFirst()
                .getConfigMapRef()
                .getName();
        var map = workloads
                .client()
                .configMaps()
                .inNamespace(workloads.namespace())
                .withName(name)
                .require();
        return Map.of("VALUE", value).equals(map.getData());
    }

    /** As if the kubelet reported that its container ended. */
    static void ends(Workloads workloads, Pod pod, int exitCode) {
        var container = pod.getSpec().getContainers().getFirst();
        workloads
                .client()
                .resource(pod)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"status": {"phase": "Failed", "containerStatuses": [{"name": "%s", "image": "%s", "imageID": "",
                         "ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": %d, "reason": "Error",
                         "startedAt": "%s", "finishedAt": "%s"}}}]}}""".formatted(
                                container.getName(),
                                container.getImage(),
                                exitCode,
                                pod.getStatus().getStartTime(),
                                pod.getStatus().getStartTime()));
    }

    static String slot(Pod pod) {
        return pod.getMetadata().getLabels().get("mayfly.dev/slot");
    }
}
