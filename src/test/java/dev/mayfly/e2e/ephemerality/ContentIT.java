package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The content of ConfigMaps and Secrets as files and variables of replicas. */
class ContentIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String SECRET = "Tr3asure-of-the-test";
    private static final String FROM_CONF =
            STAYS + "volumes: [{name: c, configMap: {name: %s}}]\nvolumeMounts: [{name: c, mountPath: /c}]\n";

    ContentIT() {
        super("content");
    }

    @Test
    void filesHaveTheirPathsModesAndGroupAndAreReadOnly() {
        secret("tls", Map.of("key", SECRET, "cert", "public"));
        var replica = running("files", 1, STAYS + """
                securityContext: {runAsUser: 1000, fsGroup: 2000}
                volumes:
                - name: s
                  secret: {secretName: tls, defaultMode: 256, items: [{key: key, path: deep/er/key}, {key: cert, path: cert, mode: 292}]}
                volumeMounts: [{name: s, mountPath: /s}]
                """);

        assertThat(Cli.in(replica, "cat /s/deep/er/key").output()).isEqualTo(SECRET);
        assertThat(Cli.in(replica, "stat -c '%a %u:%g' /s/deep/er/key /s/cert").output())
                .isEqualTo("440 0:2000\n444 0:2000");
        assertThat(Cli.in(replica, "touch /s/x").output()).contains("Read-only file system");
        var source = Path.of(Docker.inspect(replica).getMounts().getFirst().getSource());
        assertThat(fileSystem(source)).isEqualTo("tmpfs");
        assertThat(source).startsWith(Path.of("/run/mayfly"));

        var successor = replaced("files", replica);
        assertThat(Cli.in(successor, "cat /s/cert").output()).isEqualTo("public");
        gone("files");
        assertThat(source.getParent().getParent()).doesNotExist();
        assertThat(operator.log()).doesNotContain(SECRET);
    }

    @Test
    void variablesComeFromWholeObjectsFromKeysAndFromTheReplica() {
        configMap("vars", Map.of("COLOUR", "red", "SIZE", "1", "1st", "no name", "MAYFLY_SLOT", "99"));
        secret("login", Map.of("password", SECRET));
        var replica = running("vars", 1, STAYS + """
                env:
                - {name: SIZE, value: "2"}
                - {name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}
                - {name: NONE, valueFrom: {configMapKeyRef: {name: nothing, key: none, optional: true}}}
                - {name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: SENTENCE, value: "$(ME) in slot $(MAYFLY_SLOT) is $(COLOUR)"}
                envFrom: [{configMapRef: {name: vars}}]
                """);

        assertThat(Docker.environment(replica.getId()))
                .contains("COLOUR=red", "SIZE=2", "PASSWORD=" + SECRET, "SENTENCE=vars-0 in slot 0 is red")
                .noneMatch(variable -> variable.startsWith("NONE=") || variable.startsWith("1st="))
                .contains("MAYFLY_SLOT=0");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events("vars", "InvalidEnvironmentVariableNames"))
                        .singleElement()
                        .satisfies(event -> assertThat(event.getMessage()).contains("1st", "MAYFLY_SLOT")));
        var revisions = Cluster.client()
                .apps()
                .controllerRevisions()
                .inNamespace(workloads.namespace())
                .list();
        assertThat(Cluster.client().getKubernetesSerialization().asYaml(revisions))
                .doesNotContain(SECRET);
        gone("vars");
    }

    @Test
    void aChangeIsARolloutAndWhatIsOfTheOldRevisionHealsWithWhatItHad() {
        configMap("conf", Map.of("page", "old"));
        var manifest = workload("web", 2, FROM_CONF.formatted("conf"));
        workloads.apply(manifest.replace("spec:\n  replicas", "spec:\n  paused: true\n  replicas"));
        workloads.awaitRunning("web", 2);

        configMap("conf", Map.of("page", "new"));
        await().atMost(SOON)
                .until(() -> Integer.valueOf(0)
                        .equals(workloads.get("web").getStatus().updatedReplicas()));
        operator.kill9();
        var victim = workloads.running("web").getFirst();
        Cli.docker("kill", victim.getId());
        operator.start();
        await().atMost(SOON).until(() -> pages("web").equals(List.of("old", "old")));
        assertThat(workloads.runningIds("web")).doesNotContain(victim.getId());

        workloads.apply(manifest);
        await().atMost(SOON).until(() -> pages("web").equals(List.of("new", "new")));
        await("both revisions are stored with a copy")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(copies("web"))
                        .hasSize(2)
                        .allMatch(copy -> Boolean.TRUE.equals(copy.getImmutable())));
        gone("web");
    }

    private List<ConfigMap> copies(String workload) {
        return Cluster.client()
                .configMaps()
                .inNamespace(workloads.namespace())
                .withLabel(
                        "mayfly.dev/owner-uid",
                        workloads.get(workload).getMetadata().getUid())
                .list()
                .getItems();
    }

    @Test
    void missingContentIsReportedAndAwaited() {
        workloads.apply(workload(
                "wait", 1, FROM_CONF.formatted("late").replace("late}", "late, items: [{key: page, path: page}]}")));
        awaitDegraded("wait", "ConfigMapNotFound", "ConfigMap late", "create it in namespace " + workloads.namespace());
        assertThat(workloads.containers("wait")).isEmpty();

        configMap("late", Map.of("other", "x"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads
                                .condition("wait", "Degraded")
                                .orElseThrow()
                                .getMessage())
                        .contains("has no key page"));

        configMap("late", Map.of("page", "here"));
        workloads.awaitRunning("wait", 1);
        assertThat(pages("wait")).containsExactly("here");
        workloads.awaitCondition("wait", "Degraded", "False", "AsExpected", SOON);

        var before = workloads.runningIds("wait");
        Cluster.client()
                .configMaps()
                .inNamespace(workloads.namespace())
                .withName("late")
                .delete();
        awaitDegraded("wait", "ConfigMapNotFound", "ConfigMap late");
        assertThat(workloads.runningIds("wait")).isEqualTo(before);
        gone("wait");
    }

    private List<String> pages(String name) {
        return workloads.running(name).stream()
                .map(replica -> Cli.in(replica, "cat /c/page").output())
                .toList();
    }

    private void configMap(String name, Map<String, String> data) {
        apply(new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(workloads.namespace())
                .endMetadata()
                .withData(data)
                .build());
    }

    private void secret(String name, Map<String, String> data) {
        apply(new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(workloads.namespace())
                .endMetadata()
                .withStringData(data)
                .build());
    }

    private static void apply(HasMetadata object) {
        Cluster.client().resource(object).forceConflicts().serverSideApply();
    }

    private static String fileSystem(Path path) {
        try {
            return Files.getFileStore(path).type();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
