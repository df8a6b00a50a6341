package dev.mayfly.api;

import static dev.mayfly.api.Manifests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Volume.HostPathSource;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server accepts valid manifests and applies defaults. */
@Tag("cluster")
class AcceptedManifestsTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static final String LONGEST = "a".repeat(50);

    @Test
    void everyFieldAtOnceIsAccepted() throws IOException {
        var workload =
                Manifests.workload("default", LONGEST, read("maximal.yaml").replace("NAME-", LONGEST + "-"));

        var accepted = Manifests.check(workload);

        assertThat(accepted.<Object>get("spec")).isEqualTo(workload.get("spec"));
    }

    @Test
    void defaultsAreApplied() throws IOException {
        var accepted = Manifests.check(Manifests.workload("default", "web", """
                ephemerality: {scratch: [{path: /tmp}], audit: {}}
                template:
                  image: busybox
                  ports: [{containerPort: 80}]
                  startupProbe: {exec: {command: ["true"]}}
                  readinessProbe: {httpGet: {port: 80}}
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

    static Stream<Path> manifests() throws IOException {
        try (var samples = Files.list(Path.of("deploy/samples"))) {
            return Stream.concat(
                    samples.sorted().toList().stream(),
                    Stream.of("reapplied.yaml", "task-reapplied.yaml").map(Path.of("src/test/resources/api")::resolve));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("manifests")
    void everySampleIsAccepted(Path sample) throws IOException {
        var documents = Files.readString(sample).split("(?m)^---$");

        assertThat(documents).allSatisfy(document -> {
            var object = Serialization.unmarshal(document, GenericKubernetesResource.class);
            if (!object.getKind().equals("ImagePolicy")) {
                object.getMetadata().setNamespace("default");
            }
            var accepted = Manifests.check(object);
            assertThat(accepted.<Object>get("spec", "template", "image"))
                    .isEqualTo(object.get("spec", "template", "image"));
            assertThat(accepted.<Object>get("spec", "match")).isEqualTo(object.get("spec", "match"));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SIGTERM", "SIGKILL", "SIGIOT", "SIGCLD", "SIGPOLL", "SIGRTMIN", "SIGRTMIN+1", "SIGRTMAX-14"})
    void everySignalThatKubernetesKnowsIsAccepted(String signal) {
        var lifecycle = "template: {image: a, lifecycle: {stopSignal: %s}}".formatted(signal);

        assertThat(Manifests.check(Manifests.workload("default", "web", lifecycle))
                        .<String>get("spec", "template", "lifecycle", "stopSignal"))
                .isEqualTo(signal);
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
    void theJavaTypesReadTheServedManifest() {
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
}
