package dev.mayfly.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesDocumentsTest {
    @TempDir
    private Path directory;

    @Test
    void aListIsReadItemByItem() throws IOException {
        var list = convert("""
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {a: b}}
              - apiVersion: v1
                kind: Pod
                metadata: {name: one}
                spec: {containers: [{name: a, image: busybox, stdin: true, stdinOnce: true, tty: true}]}
            """);

        assertThat(list.resources()).hasSize(1);
        assertThat(Converted.at(list.named("one"), "spec", "template"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("stdin", true)
                .containsEntry("stdinOnce", true)
                .containsEntry("tty", true);
        assertThat(list.named("one")).containsEntry("kind", "EphemeralWorkload");
        assertThat(list.notes()).anyMatch(note -> note.startsWith("ConfigMap conf: all of it left out"));
    }

    @Test
    void aSuspendedJobIsASuspendedTask() throws IOException {
        var job = convert("""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: batch}
            spec:
              suspend: true
              completions: 5
              parallelism: 2
              ttlSecondsAfterFinished: 60
              template: {spec: {containers: [{name: a, image: 'busybox:1', command: [sh, -c, exit]}]}}
            """);

        assertThat(Converted.at(job.named("batch"), "spec"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("suspend", true)
                .containsEntry("completions", 5)
                .containsEntry("parallelism", 2)
                .containsEntry("ttlSecondsAfterFinished", 60);
    }

    @Test
    void numbersOfAJobThatATaskDoesNotTakeAreChanged() throws IOException {
        var job = convert("""
            kind: Job
            metadata: {name: batch}
            spec:
              parallelism: 0
              backoffLimit: 2147483647
              ttlSecondsAfterFinished: 100000000
              completionMode: Indexed
              podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [3]}}]}
              backoffLimitPerIndex: 1
              template: {spec: {containers: [{name: a, image: 'busybox:1'}]}}
            """);

        assertThat(Schema.violations(job.named("batch"))).isEmpty();
        assertThat(Converted.at(job.named("batch"), "spec"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("suspend", true)
                .containsEntry("backoffLimit", 1000)
                .containsEntry("ttlSecondsAfterFinished", 31_536_000)
                .doesNotContainKey("parallelism");
        noted(
                job,
                "parallelism 0 became suspend: true:",
                "backoffLimit 2147483647 became 1000:",
                "ttlSecondsAfterFinished 100000000 became 31536000:",
                "completionMode Indexed is",
                "podFailurePolicy left out:",
                "backoffLimitPerIndex left out:");
    }

    @Test
    void numbersOfADeploymentThatAWorkloadDoesNotTakeAreChanged() throws IOException {
        var web = convert("""
            kind: Deployment
            metadata: {name: batch}
            spec:
              replicas: 200000
              progressDeadlineSeconds: 2147483647
              minReadySeconds: 100000
              revisionHistoryLimit: 1000
              strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}, type: RollingUpdate}
              selector: {matchLabels: {a: b}}
              template:
                spec:
                  terminationGracePeriodSeconds: 100000
                  containers: [{name: a, image: 'busybox:1'}]
            """);

        assertThat(Schema.violations(web.named("batch"))).isEmpty();
        assertThat(Converted.at(web.named("batch"), "spec", "rollout"))
                .isEqualTo(Map.of(
                        "maxSurge",
                        "25%",
                        "maxUnavailable",
                        1,
                        "minReadySeconds",
                        86_400,
                        "progressDeadlineSeconds",
                        604_800));
        noted(
                web,
                "replicas 200000 became 100000:",
                "progressDeadlineSeconds 2147483647 became 604800:",
                "minReadySeconds 100000 became 86400:",
                "revisionHistoryLimit 1000 became 100:",
                "terminationGracePeriodSeconds 100000 became 86400:");
        assertThat(web.notes()).noneMatch(note -> note.contains("selector"));
    }

    @Test
    void whatAStatefulSetHasAndAWorkloadHasNotIsLeftOut() throws IOException {
        var set = convert("""
            kind: StatefulSet
            metadata: {name: batch}
            spec:
              serviceName: batch
              podManagementPolicy: OrderedReady
              updateStrategy: {type: OnDelete, rollingUpdate: {partition: 2, maxUnavailable: 3, pace: 1}}
              persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}
              volumeClaimTemplates: [{metadata: {name: data}}]
              template:
                spec:
                  containers:
                    - name: a
                      image: busybox:1
                      resources: {claims: [{name: gpu}]}
                      volumeMounts: [{name: data, mountPath: /data, subPath: x, mountPropagation: HostToContainer}]
            """);

        assertThat(Schema.violations(set.named("batch"))).isEmpty();
        assertThat(Converted.at(set.named("batch"), "spec", "rollout"))
                .isEqualTo(Map.of("maxSurge", 0, "maxUnavailable", 3, "partition", 2));
        noted(
                set,
                "podManagementPolicy OrderedReady left out:",
                "updateStrategy OnDelete left out:",
                "updateStrategy.rollingUpdate.pace left out:",
                "persistentVolumeClaimRetentionPolicy left out:",
                "resources.claims left out:",
                "subPath of data left out:",
                "volumeMounts.data.mountPropagation left out:");
        assertThat(set.notes()).noneMatch(note -> note.contains("serviceName"));
    }

    @Test
    void aStatefulSetThatReplacesOneAfterTheOtherLosesNothingByThat() throws IOException {
        var set = convert("""
            kind: StatefulSet
            metadata: {name: batch}
            spec:
              podManagementPolicy: Parallel
              updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}
              template: {spec: {containers: [{name: a, image: 'busybox:1'}]}}
            """);

        assertThat(set.notes()).noneMatch(note -> note.contains("Strategy") || note.contains("Policy"));
    }

    /** The replicas' Pods have the template's labels. */
    @Test
    void aServiceStaysAndSelectsTheReplicasByTheSameLabels() throws IOException {
        var file = convert("""
            kind: List
            items:
              - {kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
              - kind: Deployment
                metadata: {name: web}
                spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: busybox}]}}}
            """);

        assertThat(file.template("web", "metadata", "labels")).isEqualTo(Map.of("app", "web"));
        assertThat(file.notes())
                .anyMatch(note -> note.startsWith("Service web: ")
                        && note.endsWith("; apply it as it is: its selector finds the replicas' Pods."));
    }

    @Test
    void anAutoscalerIsPointedAtTheWorkload() throws IOException {
        var file = convert("""
            kind: List
            items:
              - {kind: HorizontalPodAutoscaler, metadata: {name: web}}
              - {kind: Pod, metadata: {name: web}, spec: {containers: [{name: a, image: busybox}]}}
            """);

        assertThat(file.notes())
                .anyMatch(note -> note.startsWith("HorizontalPodAutoscaler web: ")
                        && note.endsWith("; set its scaleTargetRef to apiVersion %s, kind %s."
                                .formatted(
                                        HasMetadata.getApiVersion(EphemeralWorkload.class),
                                        HasMetadata.getKind(EphemeralWorkload.class))));
    }

    @Test
    void whatAPodHasAndAReplicaHasNotIsLeftOut() throws IOException {
        var pod = pod("""
            nodeSelector: {disk: ssd}
            hostNetwork: true
            initContainers: [{name: first, image: a}]
            volumes:
              - {name: share, nfs: {server: s, path: /}}
              - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 8Mi}}
              - {name: socket, hostPath: {path: /var/run/docker.sock, type: Socket}}
            containers:
              - name: main
                image: nginx:1
                ports: [{containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1}, {containerPort: 9, protocol: SCTP}]
                livenessProbe: {httpGet: {port: 80, host: example.com}, terminationGracePeriodSeconds: 5}
                lifecycle: {postStart: {exec: {command: [a]}}, preStop: {httpGet: {port: 80}}}
                securityContext: {privileged: true, runAsGroup: 5}
                resources: {limits: {cpu: 1m, memory: 1Gi}, requests: {memory: 2Gi}}
                volumeMounts:
                  - {name: share, mountPath: /share}
                  - {name: tmp, mountPath: /a}
                  - {name: tmp, mountPath: /b}
                  - {name: socket, mountPath: /socket}
            """);

        assertThat(Schema.violations(pod.named("web"))).isEmpty();
        assertThat(pod.template("web", "volumeMounts")).isEqualTo(List.of(Map.of("name", "a", "mountPath", "/a")));
        assertThat(pod.template("web", "resources")).isEqualTo(Map.of("limits", Map.of("memory", "1Gi")));
        assertThat(pod.template("web", "securityContext")).isNull();
        for (var what : List.of(
                "nodeSelector",
                "hostNetwork",
                "init container first",
                "volume share (nfs)",
                "mount of tmp at /b",
                "mount of the host's /var/run/docker.sock at /socket",
                "port 9/SCTP",
                "host port 8080 of port 80",
                "livenessProbe.httpGet.host",
                "livenessProbe.terminationGracePeriodSeconds",
                "lifecycle.postStart",
                "lifecycle.preStop",
                "securityContext.privileged",
                "securityContext.runAsGroup",
                "limit of cpu 1m",
                "request of memory")) {
            assertThat(pod.notes()).anyMatch(note -> note.startsWith("web: " + what + " left out: "));
        }
    }

    @Test
    void fieldsOfTheSameNameAreTakenAsTheyAre() throws IOException {
        var pod = pod("""
            imagePullSecrets: [{name: regcred}]
            volumes:
              - {name: conf, configMap: {name: settings, items: [{key: main, path: nginx.conf}], defaultMode: 0644}}
              - {name: own, secret: {secretName: tls}}
            containers:
              - name: main
                image: nginx:1
                command: [nginx]
                args: [-g, $(MODE)]
                env: [{name: MODE, value: x}, {name: S, valueFrom: {secretKeyRef: {name: db-pass, key: word}}}]
                envFrom: [{configMapRef: {name: more}}]
                startupProbe: {httpGet: {path: /, port: http}}
                ports: [{name: http, containerPort: 80}]
                volumeMounts: [{name: conf, mountPath: /c, readOnly: true}, {name: own, mountPath: /tls}]
            """);

        assertThat(Schema.violations(pod.named("web"))).isEmpty();
        assertThat(pod.template("web", "args")).isEqualTo(List.of("-g", "$(MODE)"));
        assertThat(pod.template("web", "startupProbe", "httpGet", "port")).isEqualTo("http");
        assertThat(pod.yaml())
                .contains(
                        "secretName: tls",
                        "path: nginx.conf",
                        "key: word",
                        "defaultMode: 420",
                        "name: more",
                        "name: regcred");
        assertThat(pod.notes()).singleElement().asString().contains("Audit");
    }

    /** Each begins a note on {@code batch}. */
    private static void noted(Converted converted, String... notes) {
        for (var what : notes) {
            assertThat(converted.notes()).anyMatch(note -> note.startsWith("batch: " + what));
        }
    }

    private Converted pod(String spec) throws IOException {
        return convert("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n" + spec.indent(2));
    }

    private Converted convert(String yaml) throws IOException {
        return Converted.by(
                "-f", Files.writeString(directory.resolve("a.yaml"), yaml).toString());
    }
}
