package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.HostPathSource;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server makes of good manifests. */
class AcceptedManifestsTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @Test
    void everyFieldAtOnceIsAccepted() throws IOException {
        var workload = Manifests.workload("default", "a".repeat(50), read("maximal.yaml"));

        var accepted = Manifests.check(workload);

        assertThat(accepted.<Object>get("spec")).isEqualTo(workload.get("spec"));
    }

    @Test
    void defaultsComeOut() throws IOException {
        var accepted = Manifests.check(Manifests.workload("default", "web", """
                ephemerality: {scratch: [{path: /tmp}], audit: {}}
                template:
                  image: busybox
                  ports: [{containerPort: 80}]
                  volumes: [{name: a, dockerVolume: {name: a}}]
                  volumeMounts: [{name: a, mountPath: /a}]
                """));

        assertThat(accepted.<Object>get("spec"))
                .isEqualTo(Serialization.unmarshal(read("defaulted.yaml"), Object.class));
    }

    @Test
    void auditAndTheOtherVolumesAreAccepted() throws IOException {
        var workload = Manifests.workload("default", "web", read("audited.yaml"));

        assertThat(Manifests.check(workload).<Object>get("spec")).isEqualTo(workload.get("spec"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "busybox",
                "docker/whalesay",
                "a__b/c-d/e.f_g",
                "localhost:5000/a/b:1.0_x",
                "REGISTRY.example:5000/x",
                "[::1]:5000/x:v1",
                "127.0.0.1:5000/x@sha256:" + HEX,
                "x:Tag@sha256:" + HEX,
                "sha256:" + HEX,
                "0123456789ab"
            })
    void everyReferenceThatAnEngineAcceptsIsAccepted(String image) {
        var accepted = Manifests.check(Manifests.workload("default", "web", "template: {image: '" + image + "'}"));

        assertThat(accepted.<String>get("spec", "template", "image")).isEqualTo(image);
    }

    @ParameterizedTest
    @EnumSource(HostPathSource.Type.class)
    void everyKubernetesTypeOfHostPathIsAccepted(HostPathSource.Type type) {
        var volume = "template: {image: a, volumes: [{name: a, hostPath: {path: /srv/a, type: %s}}]}".formatted(type);

        assertThat(Manifests.check(Manifests.workload("default", "web", volume))
                        .<String>get("spec", "template", "volumes", 0, "hostPath", "type"))
                .isEqualTo(type.name());
    }

    @Test
    void theJavaTypesReadWhatTheApiServerServes() {
        var namespace = Cluster.namespace("types");
        Cluster.client()
                .resource(Manifests.workload(namespace, "web", "template: {image: busybox}"))
                .create();

        var spec = workload(namespace).getSpec();

        assertThat(spec.replicas()).isEqualTo(1);
        assertThat(spec.template().terminationGracePeriodSeconds()).isEqualTo(30);
        assertThat(spec.rollout().maxSurge().getStrVal()).isEqualTo("25%");
    }

    @Test
    void aVolumeMayBeReplacedByOneOfAnotherPolicy() {
        var namespace = Cluster.namespace("policy");
        var volume = "template: {image: busybox, volumes: [{name: a, dockerVolume: {name: %s, reclaimPolicy: %s}}]}";
        Cluster.client()
                .resource(Manifests.workload(namespace, "web", volume.formatted("one", "Retain")))
                .create();

        Cluster.client()
                .resource(Manifests.workload(namespace, "web", volume.formatted("other", "Delete")))
                .update();

        assertThat(workload(namespace)
                        .getSpec()
                        .template()
                        .volumes()
                        .getFirst()
                        .dockerVolume()
                        .name())
                .isEqualTo("other");
    }

    @Test
    void scaleChangesReplicasAndNothingElse() {
        var namespace = Cluster.namespace("scale");
        Cluster.client()
                .resource(Manifests.workload(namespace, "web", "template: {image: busybox}"))
                .create();

        Cluster.client()
                .resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName("web")
                .scale(7);

        assertThat(workload(namespace).getSpec().replicas()).isEqualTo(7);
    }

    @Test
    void scaleRefusesASecondReplicaOnOneHostPort() {
        var namespace = Cluster.namespace("scale");
        Cluster.client().resource(Manifests.workload(namespace, "web", """
                        rollout: {maxSurge: 0}
                        template: {image: busybox, ports: [{containerPort: 80, hostPort: 8080}]}
                        """)).create();
        var workloads = Cluster.client()
                .resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName("web");

        assertThatThrownBy(() -> workloads.scale(2))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("set replicas: 1");
    }

    private static EphemeralWorkload workload(String namespace) {
        return Cluster.client()
                .resources(EphemeralWorkload.class)
                .inNamespace(namespace)
                .withName("web")
                .get();
    }

    private static String read(String name) throws IOException {
        try (var in = AcceptedManifestsTest.class.getResourceAsStream("/api/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
