package dev.mayfly.runtime.pods;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Env;
import dev.mayfly.core.model.Template.Lifecycle;
import dev.mayfly.core.model.Template.Mount;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Template.Placement;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.support.ProbesLabel;
import dev.mayfly.runtime.support.Stopping;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodBodyTest {
    private static final Template WEB = template("web:1");

    @Test
    void aPodIsItsReplicasAndNobodyRestartsIt() {
        var pod = pod(WEB);

        assertThat(pod.getMetadata().getName()).isEqualTo("web-3-2-uid-web");
        assertThat(pod.getMetadata().getNamespace()).isEqualTo("default");
        assertThat(pod.getMetadata().getOwnerReferences().getFirst().getController())
                .isTrue();
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "mayfly")
                .containsEntry("mayfly.dev/slot", "3")
                .containsEntry("mayfly.dev/attempt", "2");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("mayfly.dev/not-before", NOON.toString());
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getSpec().getHostname()).isEqualTo("web-3");
        assertThat(pod.getSpec().getSubdomain()).isEqualTo("web");
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSpec().getSchedulingGates()).isEmpty();
    }

    @Test
    void theRootIsReadOnlyAndScratchIsInMemory() {
        var spec = pod(WEB).getSpec();
        var container = spec.getContainers().getFirst();

        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactly("/tmp", "/run", "/var/tmp");
        assertThat(spec.getVolumes()).allSatisfy(volume -> {
            assertThat(volume.getEmptyDir().getMedium()).isEqualTo("Memory");
            assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull();
        });
    }

    @Test
    void memoryIsMappedOverVolumesOfTheImage() {
        var pod = body(true).of(launch(WEB), stopping(), List.of("/data"), false);

        assertThat(pod.getSpec().getContainers().getFirst().getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/data");
    }

    @Test
    void withoutEphemeralityThereIsNoScratch() {
        var container = pod(template("web:1", Ephemerality.OFF))
                .getSpec()
                .getContainers()
                .getFirst();

        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isFalse();
        assertThat(container.getVolumeMounts()).isEmpty();
    }

    /** References stay references, so that no Pod shows what a Secret holds. */
    @Test
    void whatOnlyAPodCanSayIsKept() {
        var placed = WEB.withPlacement(new Placement("Pods", """
                        {"nodeSelector": {"disk": "ssd"}, "priorityClassName": "high", "serviceAccountName": "reader",
                         "imagePullSecrets": [{"name": "pull"}],
                         "volumes": [{"name": "conf", "secret": {"secretName": "s"}}],
                         "containers": [{"name": "", "ports": [{"name": "http", "containerPort": 80}], "env": [
                           {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "token"}}},
                           {"name": "ME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]}]}
                        """))
                .withProcess(process -> process.withEnv(List.of(new Env("ME", "", Env.Kind.REPLICA_NAME))))
                .withVolumes(Map.of("conf", new Volume.Files(Map.of("a", new FileContent("s3cret".getBytes(), 0400)))))
                .withMounts(List.of(new Mount("conf", "/etc/app", true), new Mount("gone", "/x", true)));
        var spec = pod(placed).getSpec();
        var container = spec.getContainers().getFirst();

        assertThat(spec.getNodeSelector()).containsEntry("disk", "ssd");
        assertThat(spec.getPriorityClassName()).isEqualTo("high");
        assertThat(spec.getAutomountServiceAccountToken()).isTrue();
        assertThat(spec.getImagePullSecrets().getFirst().getName()).isEqualTo("pull");
        assertThat(spec.getVolumes().getFirst().getSecret().getSecretName()).isEqualTo("s");
        assertThat(container.getName()).isEqualTo("web");
        assertThat(container.getPorts().getFirst().getName()).isEqualTo("http");
        assertThat(container.getEnv()).extracting(EnvVar::getName).containsExactly("MAYFLY_SLOT", "TOKEN", "ME");
        assertThat(container.getEnv().get(2).getValue()).isEqualTo("web-3");
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/etc/app")
                .doesNotContain("/x");
    }

    @Test
    void capabilitiesAreThoseOfContainers() {
        var ordinary = pod(WEB).getSpec().getContainers().getFirst().getSecurityContext();
        var none = new Security(1000, -1, -1, true, List.of("NET_BIND_SERVICE"), List.of("ALL"));
        var dropped =
                pod(WEB.withSecurity(none)).getSpec().getContainers().getFirst().getSecurityContext();

        assertThat(ordinary.getCapabilities().getDrop())
                .contains("NET_RAW", "MKNOD")
                .doesNotContain("CHOWN");
        assertThat(dropped.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(dropped.getCapabilities().getAdd()).containsExactly("NET_BIND_SERVICE");
        assertThat(dropped.getRunAsUser()).isEqualTo(1000);
        assertThat(dropped.getRunAsNonRoot()).isTrue();
    }

    @Test
    void theKubeletStopsAndProbesReadiness() {
        var probe = probe(new Probe.TcpSocket(80));
        var container = pod(WEB.withLifecycle(new Lifecycle(
                                Duration.ofSeconds(20), Optional.of(new PreStop.Sleep(Duration.ofSeconds(3))), ""))
                        .withProbes(new Probes(Optional.of(probe), Optional.of(probe), Optional.empty())))
                .getSpec()
                .getContainers()
                .getFirst();

        assertThat(container.getLifecycle().getPreStop().getSleep().getSeconds())
                .isEqualTo(3);
        assertThat(container.getStartupProbe().getTcpSocket().getPort().getIntVal())
                .isEqualTo(80);
        assertThat(container.getReadinessProbe().getFailureThreshold()).isEqualTo(4);
        assertThat(container.getLivenessProbe()).isNull();
    }

    /** Only an operator in the network of the Pods can probe them over it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void livenessIsTheOperatorsIfItReachesThePods(boolean reaches) {
        var liveness = probe(new Probe.TcpSocket(80));
        var pod = body(reaches)
                .of(
                        launch(WEB.withProbes(new Probes(Optional.empty(), Optional.empty(), Optional.of(liveness)))),
                        stopping(),
                        List.of(),
                        false);

        var annotations = new LabelReader(pod.getMetadata().getAnnotations());
        assertThat(ProbesLabel.of(annotations).liveness().isPresent()).isEqualTo(reaches);
        assertThat(pod.getSpec().getContainers().getFirst().getLivenessProbe() == null)
                .isEqualTo(reaches);
    }

    @Test
    void aPodThatIsNotDueHasAGate() {
        var pod = body(true).of(launch(WEB), stopping(), List.of(), true);

        assertThat(pod.getSpec().getSchedulingGates()).hasSize(1);
    }

    @Test
    void aFailuresLastOutputIsAskedForOnlyIfItMayBeShown() {
        var shown = WEB.withProcess(process -> process.withOutput(Output.OF_FAILURES));

        assertThat(policy(pod(shown))).isEqualTo("FallbackToLogsOnError");
        assertThat(policy(pod(WEB))).isNull();
    }

    @Test
    void resourcesAreGivenAsTheyAre() {
        var resources = pod(WEB).getSpec().getContainers().getFirst().getResources();

        assertThat(resources.getRequests()).containsEntry("cpu", new Quantity("100m"));
        assertThat(resources.getLimits()).isEmpty();
    }

    /** Users' own labels can't make it another's. */
    @Test
    void ownLabelsWin() {
        var posing = WEB.withMetadata(
                metadata -> metadata.withLabels(Map.of(Ownership.CLUSTER, "c2", "mayfly.dev/slot", "9", "team", "a")));

        assertThat(pod(posing).getMetadata().getLabels())
                .containsEntry(Ownership.CLUSTER, "c1")
                .containsEntry("mayfly.dev/slot", "3")
                .containsEntry("team", "a");
    }

    private static String policy(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getTerminationMessagePolicy();
    }

    private static Probe probe(Probe.Check check) {
        return new Probe(check, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 1, 4);
    }

    private static Pod pod(Template template) {
        return body(true).of(launch(template), stopping(), List.of(), false);
    }

    private static PodBody body(boolean reachesPods) {
        return new PodBody(
                new PodsSettings("c1", Duration.ofSeconds(1), 1, Set.of("CHOWN"), reachesPods, false, () -> true),
                new KubernetesSerialization());
    }

    private static Launch launch(Template template) {
        return new Launch(id(3, 2), "v7", template, 2, 5, NOON, Priority.HEAL);
    }

    private static Stopping stopping() {
        return new Stopping("SIGTERM", Optional.empty(), Optional.of(Duration.ofSeconds(9)));
    }
}
