package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Template.Network;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Volume;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecReaderTest {
    private final SpecReader reader = new SpecReader(Configs.of(Map.of()));

    @Test
    void omittedFieldsHaveTheDefaultsOfKubernetes() {
        var desired = read("template: {image: busybox}");

        assertThat(desired.replicas()).isEqualTo(1);
        assertThat(desired.restarts().backOff()).isEqualTo(new Desired.BackOffPolicy(10, 2, 300, 10, 600));
        assertThat(desired.rollout().budget()).isEqualTo(new Desired.Budget(1, 0));
        assertThat(desired.template().lifecycle().grace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(desired.template().network().mode()).isEqualTo(Network.Mode.Namespace);
        assertThat(desired.template().ephemerality().mode()).isEqualTo(Mode.Enforce);
        assertThat(desired.template().security().runAsUser()).isEqualTo(-1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "busybox, Always",
        "busybox:latest, Always",
        "busybox:1.36, IfNotPresent",
        "registry.example.org:5000/busybox, Always",
        "registry.example.org:5000/busybox:1.36, IfNotPresent",
        "busybox@sha256:00, IfNotPresent",
        "0123456789ab, IfNotPresent",
        "docker.io/library/0123456789ab, Always"
    })
    void imagesThatMayChangeUnderTheirNameAreAlwaysPulled(String image, PullPolicy policy) {
        assertThat(read("template: {image: '" + image + "'}").template().image().pullPolicy())
                .isEqualTo(policy);
    }

    @Test
    void limitsWithoutRequestsAreRequests() {
        var resources = read("template: {image: a, resources: {requests: {cpu: 100m}, limits: {cpu: 1, memory: 64Mi}}}")
                .template()
                .resources();

        assertThat(resources.requests()).isEqualTo(new Requests(100, 64 << 20));
        assertThat(resources.limitCpuMillis()).isEqualTo(1000);
    }

    /** Each deletion and each sweep looks at all resources of a namespace for these. */
    @Test
    void forNetworkAndVolumesNoTextIsRead() {
        var desired = reader.resources(workload("""
                template:
                  image: a
                  network: None
                  command: [sh]
                  env: [{name: A, value: text}]
                  volumes: [{name: data, dockerVolume: {name: own, reclaimPolicy: Delete}}]
                  volumeMounts: [{name: data, mountPath: /data}]
                """, "{}"));

        assertThat(desired.template().network().mode()).isEqualTo(Network.Mode.None);
        assertThat(desired.template().volumes())
                .containsOnlyKeys("data")
                .allSatisfy((name, volume) -> assertThat(volume).isInstanceOf(Volume.DockerVolume.class));
        assertThat(desired.template().process().env()).isEmpty();
        assertThat(desired.template().process().command()).isEmpty();
        assertThat(desired.revision()).isEmpty();
    }

    @Test
    void expandedVariablesAreLimitedInLength() {
        var env = new StringBuilder("{name: A0, value: aaaaaaaaaaaaaaaa}");
        for (var i = 1; i < 60; i++) {
            env.append(", {name: A%d, value: \"$(A%d)$(A%d)\"}".formatted(i, i - 1, i - 1));
        }

        assertThatThrownBy(() -> read("""
                template:
                  image: a
                  env: [%s]
                """.formatted(env)))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("longer than 128 KiB");
    }

    @Test
    void volumesAreReadByName() {
        var volumes = read("""
                template:
                  image: a
                  volumes:
                  - {name: m, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                  - {name: h, hostPath: {path: /srv/mayfly/shop//data/, type: Directory}}
                  - {name: d, dockerVolume: {name: shared}}
                """).template().volumes();

        assertThat(volumes)
                .containsEntry("m", new Volume.EmptyDir(true, 1 << 20))
                .containsEntry("h", new Volume.HostPath("/srv/mayfly/shop/data", "Directory"))
                .containsEntry("d", new Volume.DockerVolume("shared", "local", Map.of(), false));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {image: a, network: Bridge}                                                  | mayfly.network.bridge-allowed
            {image: a, securityContext: {capabilities: {add: [NET_ADMIN, CHOWN]}}}       | [NET_ADMIN] may not be added
            {image: a, volumes: [{name: v, hostPath: {path: /etc}}]}                     | below /srv/mayfly/shop, such as /srv/mayfly/shop/v
            {image: a, volumes: [{name: v, hostPath: {path: /srv/mayfly/other/v}}]}      | /srv/mayfly/other/v of volume 'v' is not allowed
            {image: a, volumes: [{name: v, hostPath: {path: /srv/mayfly/shop}}]}         | it must lie below
            {image: a, volumes: [{name: v, hostPath: {path: /srv/mayfly/shopping/a}}]}   | it must lie below
            {image: a, volumes: [{name: v, hostPath: {path: /srv/mayfly/shop/../b}}]}    | it must lie below
            {image: a, volumes: [{name: v, hostPath: {path: /srv/mayfly/shop/..}}]}      | it must lie below
            {image: a, volumes: [{name: v, hostPath: {path: "/srv/mayfly/other/\\0"}}]}   | it must lie below
            {image: a, volumes: [{name: v}]}                                             | the volume 'v' has no source
            {image: a, volumeMounts: [{name: v, mountPath: /a}]}                         | volumeMounts names the volume 'v'
            {image: a, resources: {limits: {memory: 2Mi2}}}                              | is no quantity
            {image: a, resources: {limits: {memory: 1E}}}                                | more than any engine has
            {image: a, resources: {limits: {memory: 100Mi}}, volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 64Mi}}]} | raise limits.memory to 136Mi
            {image: a, volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 16Ti}}]} | more than any engine has
            {image: a, resources: {limits: {memory: 100Mi}}, volumes: [{name: v, emptyDir: {medium: Memory}}]} | raise limits.memory to 136Mi
            {image: a, volumes: [{name: v, emptyDir: {}}], volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a/}]} | have the mountPath /a
            {command: [sh]}                                                              | spec.template.image is missing
            """)
    void aSpecThatCantBeHonoredIsRefusedWithTheRemedy(String template, String message) {
        assertThatThrownBy(() -> read("template: " + template))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{image: a, resources: {limits: {cpu: 99e99, memory: 99e99}}}",
                "{image: a, volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 99e99}}]}",
                "{image: a, resources: {requests: {memory: 1e-99}}}",
                "{image: a, network: Bridge, securityContext: {capabilities: {add: [SYS_ADMIN]}}}",
                "{image: a, volumes: [{name: v, hostPath: {path: \"/srv/\\0\"}}]}",
                "{image: a, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: \"/\\0\"}]}",
                "{image: a, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a/}]}"
            })
    void aForbiddenSpecCanStillBeRead(String template) {
        assertThat(reader.unchecked(workload("template: " + template, "{}")).replicas())
                .isOne();
    }

    @Test
    void aHostPathMayHaveNonAsciiCharacters() {
        assertThat(read("template: {image: a, volumes: [{name: v, hostPath: {path: /srv/mayfly/shop/a..ü}}]}")
                        .template()
                        .volumes())
                .containsEntry("v", new Volume.HostPath("/srv/mayfly/shop/a..ü", ""));
    }

    @Test
    void aWorkloadMayChangeItsRuntime() {
        var workload = workload("runtime: Docker\ntemplate: {image: a}\n", "{runtime: Simulated}");

        var read = reader.read(workload, Content.UNREAD);

        assertThat(read.template().placement().runtime()).isEqualTo("Docker");
        assertThat(reader.runtimes(workload)).isEqualTo(new Runtimes.Named("Docker", "Simulated"));
    }

    @Test
    void aWorkloadThatNamesNoRuntimeStaysInItsOwn() {
        var workload = workload("template: {image: a}\n", "{runtime: Simulated}");

        assertThat(reader.runtimes(workload)).isEqualTo(Runtimes.Named.only("Simulated"));
    }

    @Test
    void aPodsSecretsStayReferences() {
        var allowing = new SpecReader(Configs.of(Map.of("mayfly.runtime.pods-allowed", "true")));
        var workload = workload("""
                runtime: Pods
                template:
                  image: a
                  nodeSelector: {disk: ssd}
                  imagePullSecrets: [{name: pull}]
                  env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}]
                  volumes: [{name: keys, secret: {secretName: keys}}, {name: work, emptyDir: {}}]
                """, "{}");

        var placement = allowing.unchecked(workload).template().placement();

        assertThat(placement.inPods()).isTrue();
        assertThat(Serialization.unmarshal(placement.podSpec(), PodSpec.class)).satisfies(pod -> {
            assertThat(pod.getNodeSelector()).containsEntry("disk", "ssd");
            assertThat(pod.getImagePullSecrets()).extracting("name").containsExactly("pull");
            assertThat(pod.getVolumes()).extracting("name").containsExactly("keys");
            assertThat(pod.getContainers().getFirst().getEnv())
                    .extracting("valueFrom.secretKeyRef.name")
                    .containsExactly("login");
        });
    }

    @Test
    void theSimulatedRuntimeNeedsPermission() {
        var allowed = new SpecReader(Configs.of(Map.of("mayfly.runtime.simulated-allowed", "true")));
        var workload = workload("runtime: Simulated\ntemplate: {image: a}\n", "{}");

        assertThat(allowed.read(workload, Content.UNREAD).replicas()).isOne();
        assertThatThrownBy(() -> reader.read(workload, Content.UNREAD))
                .hasMessage(
                        "this operator does not offer the runtime Simulated: set spec.runtime to Docker, or remove it");
    }

    /** The default is another one, so a spec without a runtime is refused, too. */
    @Test
    void anOperatorOfPodsAloneSaysToNameThem() {
        var podsAlone = new SpecReader(
                Configs.of(Map.of("mayfly.runtime.docker-allowed", "false", "mayfly.runtime.pods-allowed", "true")));

        assertThatThrownBy(() -> podsAlone.read(workload("template: {image: a}\n", "{}"), Content.UNREAD))
                .hasMessage("this operator does not offer the runtime Docker: set spec.runtime to Pods");
    }

    @Test
    void aRuntimeThatNobodyKnowsIsRefusedWithThoseThatAreOffered() {
        var allowing = new SpecReader(Configs.of(Map.of("mayfly.runtime.simulated-allowed", "true")));
        var workload = workload("runtime: Podman\ntemplate: {image: a}\n", "{}");

        assertThatThrownBy(() -> allowing.read(workload, Content.UNREAD))
                .hasMessageContaining("runtime Podman: set spec.runtime to Docker or Simulated");
    }

    @Test
    void aDeletedWorkloadIsNeverRefused() {
        var workload = workload("template: {network: Bridge, terminationGracePeriodSeconds: 3}\n", "{}");
        workload.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        var desired = reader.read(workload, Content.UNREAD);

        assertThat(desired.deleted()).isTrue();
        assertThat(desired.template().lifecycle().grace()).isEqualTo(Duration.ofSeconds(3));
    }

    private Desired read(String spec) {
        return reader.read(workload(spec, "{}"), Content.UNREAD);
    }

    private static EphemeralWorkload workload(String spec, String status) {
        var yaml = "metadata: {namespace: shop, name: web, uid: u}\nstatus: " + status + "\nspec:\n" + spec.indent(2);
        return Serialization.unmarshal(yaml, EphemeralWorkload.class);
    }
}
