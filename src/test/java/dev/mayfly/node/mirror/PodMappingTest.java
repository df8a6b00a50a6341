package dev.mayfly.node.mirror;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.id;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.core.model.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import dev.mayfly.node.mirror.PodStatuses.Slot;
import dev.mayfly.podspec.PodMetadata;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodMappingTest {
    private static final String SECRET = "hunter2";
    private static final ContainerFacts FACTS =
            new ContainerFacts(Optional.of("docker://abc"), Optional.of("172.18.0.2"), true);

    private final EphemeralWorkload resource = MirrorFixture.resource("""
            template:
              image: web:1
              command: [serve]
              args: ["$(PORT)"]
              terminationGracePeriodSeconds: 5
              env:
              - {name: PORT, value: "80"}
              - {name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: token}}}
              - {name: MODE, valueFrom: {configMapKeyRef: {name: c, key: mode, optional: true}}}
              - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
              envFrom: [{prefix: A_, secretRef: {name: all}}]
              ports: [{name: http, containerPort: 80}]
              resources: {requests: {cpu: 100m}, limits: {memory: 64Mi}}
              startupProbe: {exec: {command: [test, -e, /up]}, failureThreshold: 9}
              readinessProbe: {httpGet: {port: http, path: /ready}}
              livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 7}
              lifecycle: {preStop: {sleep: {seconds: 2}}}
              securityContext: {runAsUser: 1000, fsGroup: 7, capabilities: {drop: [ALL]}}
              volumes:
              - {name: data, hostPath: {path: /srv/mayfly/default/data, type: Directory}}
              - {name: cache, dockerVolume: {name: cache-1}}
              - {name: config, secret: {secretName: s, items: [{key: a, path: b}]}}
              volumeMounts:
              - {name: data, mountPath: /data, readOnly: true}
              - {name: cache, mountPath: /cache}
              - {name: config, mountPath: /config}
            ephemerality: {scratch: [{path: /tmp}]}
            """);

    /** Its variables stay references. */
    @Test
    void theSpecIsAsTheTemplate() {
        var pod = pod(replica(3, Phase.RUNNING), desired(1));

        assertThat(pod.getMetadata().getName()).isEqualTo("web-3");
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("mayfly.dev/owner-uid", "uid-web")
                .containsEntry("mayfly.dev/name", "web")
                .containsEntry("mayfly.dev/slot", "3")
                .containsEntry("mayfly.dev/revision", "v1");
        assertThat(pod.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo("uid-web");
            assertThat(owner.getController()).isTrue();
            assertThat(owner.getBlockOwnerDeletion()).isFalse();
        });
        assertThat(Serialization.asYaml(pod.getSpec()))
                .isEqualTo(Serialization.asYaml(Serialization.unmarshal("""
                nodeName: node
                restartPolicy: Always
                automountServiceAccountToken: false
                enableServiceLinks: false
                terminationGracePeriodSeconds: 5
                securityContext: {fsGroup: 7}
                tolerations: [{operator: Exists}]
                containers:
                - name: web
                  image: web:1
                  command: [serve]
                  args: ["$(PORT)"]
                  env:
                  - {name: PORT, value: "80"}
                  - {name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: token}}}
                  - {name: MODE, valueFrom: {configMapKeyRef: {name: c, key: mode, optional: true}}}
                  - {name: NAME, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}
                  envFrom: [{prefix: A_, secretRef: {name: all}}]
                  ports: [{name: http, containerPort: 80, protocol: TCP}]
                  resources: {requests: {cpu: 100m}, limits: {memory: 64Mi}}
                  startupProbe: {exec: {command: [test, -e, /up]}, failureThreshold: 9}
                  readinessProbe: {httpGet: {port: http, path: /ready}}
                  livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 7}
                  lifecycle: {preStop: {sleep: {seconds: 2}}}
                  securityContext:
                    runAsUser: 1000
                    capabilities: {drop: [ALL]}
                    readOnlyRootFilesystem: true
                    allowPrivilegeEscalation: false
                    seccompProfile: {type: RuntimeDefault}
                  volumeMounts:
                  - {name: data, mountPath: /data, readOnly: true}
                  - {name: config, mountPath: /config}
                  - {name: mayfly-scratch-0, mountPath: /tmp}
                volumes:
                - {name: data, hostPath: {path: /srv/mayfly/default/data, type: Directory}}
                - {name: config, secret: {secretName: s, items: [{key: a, path: b}]}}
                - {name: mayfly-scratch-0, emptyDir: {medium: Memory}}
                """, PodSpec.class)));
    }

    @Test
    void dockerVolumesAreNamedInAnAnnotation() {
        var pod = pod(replica(0, Phase.RUNNING), desired(1));

        assertThat(pod.getMetadata().getAnnotations()).containsEntry("mayfly.dev/docker-volumes", "cache=cache-1");
    }

    @Test
    void anEarlierRevisionIsShownWithoutItsValues() {
        var earlier = template("old:1")
                .withProcess(process -> process.withEnv(List.of(new Template.Env("TOKEN", SECRET))))
                .withVolumes(Map.of(
                        "files", new Volume.Files(Map.of("a", content())),
                        "tmp", new Volume.EmptyDir(true, 1024)))
                .withMounts(
                        List.of(new Template.Mount("files", "/files", true), new Template.Mount("tmp", "/tmp", false)));
        var pod = pod(replica(0, 1, "v0", Phase.RUNNING), desired(1).withEarlier(Map.of("v0", earlier)));

        assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("old:1");
        assertThat(pod.getSpec()
                        .getContainers()
                        .getFirst()
                        .getSecurityContext()
                        .getSeccompProfile()
                        .getType())
                .isEqualTo("RuntimeDefault");
        assertThat(pod.getSpec().getContainers().getFirst().getEnv())
                .extracting(EnvVar::getName)
                .containsExactly("TOKEN");
        assertThat(pod.getSpec().getContainers().getFirst().getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactly("/tmp");
        assertThat(Serialization.asJson(pod)).doesNotContain(SECRET);
    }

    @Test
    void anUnknownRevisionIsItsImage() {
        var pod = pod(replica(0, 1, "lost", Phase.RUNNING).withImage("sha256:1"), desired(1));

        assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("sha256:1");
        assertThat(pod.getMetadata().getLabels()).containsEntry("mayfly.dev/revision", "lost");
    }

    /** Without it kubectl attach -it gives no terminal. An earlier revision's, v0, is known from what is kept of it. */
    @ParameterizedTest
    @CsvSource({
        "v1, true, false, true",
        "v1, true, true, false",
        "v0, true, false, true",
        "v0, true, true, false",
        "v1, false, false, false",
        "v0, false, false, false",
    })
    void aPodHasTheInputAndTheTerminalOfItsTemplate(String revision, boolean open, boolean once, boolean terminal) {
        var given = MirrorFixture.resource("""
                template: {image: web:1, stdin: %s, stdinOnce: %s, tty: %s}
                """.formatted(open, once, terminal));
        var earlier =
                template("web:1").withProcess(process -> process.withInput(new Template.Input(open, once, terminal)));
        var container = PodMapping.pod(
                        given,
                        desired(1).withEarlier(Map.of("v0", earlier)),
                        replica(0, 1, revision, Phase.RUNNING),
                        "node")
                .getSpec()
                .getContainers()
                .getFirst();

        assertThat(List.of(isTrue(container.getStdin()), isTrue(container.getStdinOnce()), isTrue(container.getTty())))
                .containsExactly(open, once, terminal);
    }

    private static boolean isTrue(Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }

    /** The desired template holds what was read of Secrets; no Pod, of whatever revision, may. */
    @ParameterizedTest
    @ValueSource(strings = {"v1", "v0", "lost"})
    void whatWasReadOfSecretsIsNeverShown(String revision) {
        var secret = template("web:1")
                .withProcess(process -> process.withEnv(List.of(
                        new Template.Env("TOKEN", SECRET),
                        new Template.Env("PLAIN", "a" + SECRET, Template.Env.Kind.PLAIN))))
                .withVolumes(Map.of("config", new Volume.Files(Map.of("b", content()))));
        var desired = desired(1).withTemplate(secret).withEarlier(Map.of("v0", secret));
        var replica = replica(0, 1, revision, Phase.RUNNING);
        var pod = pod(replica, desired);

        assertThat(Serialization.asJson(pod)).doesNotContain(SECRET);
        assertThat(Serialization.asJson(status(pod, replica))).doesNotContain(SECRET);
    }

    @Test
    void labelsThatNoPodTakesAreLeftOut() {
        var labels = Map.of("app", "web", "a b", "c", "long", "x".repeat(64), "ok.example.com/a", "", "UP.com/a", "b");
        var annotations = Map.of(
                "note", "a text", "kubernetes.io/config.mirror", "x", "seccomp.security.alpha.kubernetes.io/pod", "y");

        assertThat(PodMetadata.labels(labels)).containsOnlyKeys("app", "ok.example.com/a");
        assertThat(PodMetadata.annotations(annotations)).containsOnlyKeys("note");
    }

    @Test
    void aRunningReplica() {
        var status = status(bare(), replica(0, Phase.RUNNING).withImage("sha256:1"));
        var container = status.getContainerStatuses().getFirst();

        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(status.getPodIP()).isEqualTo("172.18.0.2");
        assertThat(status.getHostIP()).isEqualTo("172.17.0.1");
        assertThat(status.getStartTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(condition(status, "Ready")).isEqualTo("True");
        assertThat(container.getReady()).isTrue();
        assertThat(container.getStarted()).isTrue();
        assertThat(container.getRestartCount()).isZero();
        assertThat(container.getContainerID()).isEqualTo("docker://abc");
        assertThat(container.getImageID()).isEqualTo("docker://sha256:1");
        assertThat(container.getState().getRunning().getStartedAt()).isEqualTo("2026-01-01T12:00:00Z");
    }

    @Test
    void aReplicaThatIsNotReady() {
        var status = status(
                bare(),
                replica(0, Phase.PENDING)
                        .withHealth(Replica.Health.initial(true))
                        .in(Phase.RUNNING, NOON));

        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(condition(status, "Ready")).isEqualTo("False");
        assertThat(condition(status, "ContainersReady")).isEqualTo("False");
        assertThat(condition(status, "Initialized")).isEqualTo("True");
    }

    @Test
    void theEndOfAReplica() {
        var ended = end(replica(0, Phase.RUNNING), 137, "SIGKILL", new Failure("OOMKilled", "It used too much."))
                .withOutcome(outcome -> outcome.withOutput("last words"));
        var terminated = status(bare(), ended)
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getTerminated();

        assertThat(terminated.getExitCode()).isEqualTo(137);
        assertThat(terminated.getSignal()).isEqualTo(9);
        assertThat(terminated.getReason()).isEqualTo("OOMKilled");
        assertThat(terminated.getMessage()).isEqualTo("It used too much.\nlast words");
        assertThat(terminated.getFinishedAt()).isEqualTo("2026-01-01T12:00:09Z");
        assertThat(terminated.getContainerID()).isEqualTo("docker://abc");
    }

    @Test
    void theLastOutputIsToldOnce() {
        var ended = end(replica(0, Phase.RUNNING), 3, "", new Failure("Error", "Its last output:\nlast words\n"))
                .withOutcome(outcome -> outcome.withOutput("last words\n"));

        assertThat(status(bare(), ended)
                        .getContainerStatuses()
                        .getFirst()
                        .getState()
                        .getTerminated()
                        .getMessage())
                .isEqualTo("Its last output:\nlast words");
    }

    @Test
    void aSuccessorThatWaits() {
        var first = end(replica(0, Phase.RUNNING), 1, "", new Failure("Error", "exit code 1"));
        var next =
                replica(0, 2, "v1", Phase.CREATED).withHistory(history -> history.withNotBefore(NOON.plusSeconds(29)));
        var container = status(bare(), first, next).getContainerStatuses().getFirst();

        assertThat(container.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(container.getState().getWaiting().getMessage())
                .isEqualTo("back-off 20s restarting failed container=web pod=web-0_default(uid-pod)");
        assertThat(container.getLastState().getTerminated().getExitCode()).isEqualTo(1);
        assertThat(container.getRestartCount()).isZero();
    }

    @Test
    void thereIsNothingToShowBeforeTheStart() {
        assertThat(Slot.of(List.of(replica(0, Phase.PENDING)))).isEmpty();
        assertThat(Slot.of(List.of(replica(0, Phase.PENDING).in(Phase.CREATED, NOON))))
                .isEmpty();
    }

    @Test
    void thePredecessorIsKnownWhileItsContainerIsKept() {
        var first = end(replica(0, Phase.RUNNING), 1, "", new Failure("Error", ""));
        var slot = Slot.of(
                observed(first, replica(0, 2, "v1", Phase.RUNNING)).attempts(0).toList());

        assertThat(slot.orElseThrow().previous()).map(Replica::id).contains(id(0, 1));
        assertThat(slot.orElseThrow().shown().id()).isEqualTo(id(0, 2));
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"RUNNING", "TERMINATING", "REMOVING", "ENDED", "LOST"})
    void theSameAgainChangesNothing(Phase phase) {
        var replica = replica(0, Phase.RUNNING).in(phase, NOON.plusSeconds(3));
        var pod = new PodBuilder(bare()).withStatus(status(bare(), replica)).build();

        assertThat(PodStatuses.of(
                        pod, slot(replica), FACTS, "172.17.0.1", false, false, NOON.plus(Duration.ofHours(1))))
                .isEqualTo(pod.getStatus());
    }

    @Test
    void theEndOfAnIndex() {
        var good = end(replica(0, Phase.RUNNING), 0, "", null);
        var bad = end(replica(0, Phase.RUNNING), 3, "", new Failure("Error", ""));

        assertThat(PodStatuses.of(bare(), slot(good), FACTS, "", true, false, NOON)
                        .getPhase())
                .isEqualTo("Succeeded");
        assertThat(PodStatuses.of(bare(), slot(bad), FACTS, "", true, false, NOON)
                        .getPhase())
                .isEqualTo("Failed");
        assertThat(PodStatuses.of(bare(), slot(bad), FACTS, "", false, false, NOON)
                        .getPhase())
                .isEqualTo("Running");
    }

    private Pod pod(Replica replica, Desired desired) {
        return PodMapping.pod(resource, desired, replica, "node");
    }

    private Pod bare() {
        return new PodBuilder(pod(replica(0, Phase.RUNNING), desired(1)))
                .editMetadata()
                .withUid("uid-pod")
                .endMetadata()
                .build();
    }

    private static PodStatus status(Pod pod, Replica... attempts) {
        return PodStatuses.of(pod, slot(attempts), FACTS, "172.17.0.1", false, false, NOON);
    }

    private static Slot slot(Replica... attempts) {
        return Slot.of(List.of(attempts)).orElseThrow();
    }

    private static Replica end(Replica replica, int code, String signal, Failure failure) {
        return replica.in(Phase.ENDED, NOON.plusSeconds(9))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(code, signal)))
                        .withFailure(Optional.ofNullable(failure)));
    }

    private static FileContent content() {
        return new FileContent(SECRET.getBytes(StandardCharsets.UTF_8), 0444);
    }

    private static String condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow()
                .getStatus();
    }
}
