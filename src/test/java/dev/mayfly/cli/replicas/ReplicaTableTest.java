package dev.mayfly.cli.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.cli.OutputOption;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReplicaTableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:42Z");
    private static final ReplicaId WEB_3 =
            new ReplicaId(new OwnerId("EphemeralWorkload", "shop", "web", "uid-web"), 3, 2);
    private static final String RUNNING =
            "'Status': 'running', 'Running': true, 'Pid': 4711, 'StartedAt': '2026-01-01T00:00:00Z'";
    private static final String EXITED = "'Status': 'exited', 'Running': false, 'Pid': 0, 'ExitCode': 137,"
            + " 'StartedAt': '2026-01-01T00:00:00Z', 'FinishedAt': '2026-01-01T00:00:40Z'";

    @Test
    void aRunningReplicaHasItsPid() {
        assertThat(table(row(Mode.Enforce, RUNNING, Map.of(), Optional.empty())))
                .isEqualTo("shop web-3 yes running 1 42s 4711 nginx no shop:1");
    }

    @Test
    void withoutAClusterItIsNotKnownWhetherAReplicaInAuditWrote() {
        assertThat(table(row(Mode.Audit, RUNNING, Map.of(), Optional.empty()))).contains(" nginx ? shop:1");
    }

    @Test
    void onlyItsPodKnowsWhetherAProbedReplicaIsReady() {
        var probes = Map.of(Ownership.PROBES, "{}");

        assertThat(table(row(Mode.Enforce, RUNNING, probes, Optional.empty()))).startsWith("shop web-3 ? running");
        assertThat(table(row(Mode.Enforce, RUNNING, probes, Optional.of(cluster("False", "")))))
                .startsWith("shop web-3 no running");
        assertThat(table(row(Mode.Enforce, RUNNING, probes, Optional.of(cluster("True", "")))))
                .startsWith("shop web-3 yes running");
    }

    @Test
    void aStrangersPodOfTheNameSaysNothing() {
        var pod = Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: web-3, namespace: shop}, status: {conditions: [{type: Ready, status: 'False'}]}}",
                GenericKubernetesResource.class);
        var known = KnownResources.of(List.of(), List.of(), List.of(pod));

        assertThat(table(row(Mode.Enforce, RUNNING, Map.of(), Optional.of(known))))
                .startsWith("shop web-3 yes running");
    }

    @Test
    void findingsOfTheOwnerTellWhoIsDirty() {
        assertThat(table(row(Mode.Audit, RUNNING, Map.of(), Optional.of(cluster("True", "replica: web-3")))))
                .contains(" nginx yes shop:1");
        assertThat(table(row(Mode.Audit, RUNNING, Map.of(), Optional.of(cluster("True", "replica: web-4")))))
                .contains(" nginx no shop:1");
    }

    @Test
    void aReplicaOfTheWarmPoolIsHeldAndNotReady() {
        var paused = RUNNING.replace("'running'", "'paused', 'Paused': true");

        var ofPool = labels(Mode.Enforce, Map.of(Ownership.WARM, "Paused"));

        assertThat(table(row(container(Ownership.pooledName(WEB_3), paused, ofPool), Optional.empty())))
                .startsWith("shop web-3 no held");
        assertThat(table(row(container(Ownership.containerName(WEB_3), paused, ofPool), Optional.empty())))
                .startsWith("shop web-3 no paused");
    }

    @Test
    void aReplicaThatEndedHasItsExitCodeAndNoPid() {
        var row = row(Mode.Enforce, EXITED, Map.of(), Optional.empty());

        assertThat(table(row)).startsWith("shop web-3 no exited (137) 1 42s - ");
        assertThat(ReplicaTable.document(List.of(row)).toString())
                .contains("\"exitCode\":137", "\"finished\":\"2026-01-01T00:00:40Z\"", "\"pid\":null", "\"attempt\":2");
    }

    @Test
    void aContainerWithCopiedLabelsIsNoReplica() {
        assertThat(ReplicaRow.mark(container("copy", RUNNING, labels(Mode.Enforce, Map.of()))))
                .isEmpty();
        assertThat(ReplicaRow.mark(container("x", RUNNING, Map.of()))).isEmpty();
    }

    private static ReplicaRow row(
            Mode mode, String state, Map<String, String> labels, Optional<KnownResources> resources) {
        return row(container(Ownership.containerName(WEB_3), state, labels(mode, labels)), resources);
    }

    private static ReplicaRow row(InspectContainerResponse container, Optional<KnownResources> resources) {
        return ReplicaRow.of(ReplicaRow.mark(container).orElseThrow(), container, Optional.of("nginx"), resources);
    }

    private static Map<String, String> labels(Mode mode, Map<String, String> more) {
        var template = Samples.template("shop:1", new Ephemerality(mode, List.of(), false, false));
        var labels = new HashMap<>(Ownership.labels(
                "feedfeedfeed", new Launch(WEB_3, "v1", template, 0, 1, Instant.EPOCH, Priority.HEAL)));
        labels.putAll(more);
        return labels;
    }

    private static InspectContainerResponse container(String name, String state, Map<String, String> labels) {
        try {
            var json =
                    "{'Id': 'abcdefabcdefabcdef', 'Name': '/%s', 'State': {%s}, 'Config': {'Image': 'shop:1', 'Labels': %s}}"
                            .formatted(name, state, Serialization.asJson(labels))
                            .replace('\'', '"');
            return DockerClientConfig.getDefaultObjectMapper().readValue(json, InspectContainerResponse.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param finding empty: there is none */
    private static KnownResources cluster(String ready, String finding) {
        var workload = Serialization.unmarshal(
                """
                        apiVersion: mayfly.dev/v1alpha1
                        kind: EphemeralWorkload
                        metadata: {name: web, namespace: shop, uid: uid-web}
                        status: {ephemerality: {dirtyReplicas: 1, findings: [%s]}}
                        """.formatted(finding.isEmpty() ? "" : "{" + finding + "}"), GenericKubernetesResource.class);
        var pod = Serialization.unmarshal("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: web-3, namespace: shop, ownerReferences: [{uid: uid-web}]}
                        status: {conditions: [{type: Ready, status: "%s"}]}
                        """.formatted(ready), GenericKubernetesResource.class);
        return KnownResources.of(List.of(workload), List.of(), List.of(pod));
    }

    private static String table(ReplicaRow row) {
        var option = new OutputOption();
        new CommandLine(option).parseArgs("--no-headers");
        var out = new StringWriter();
        option.print(ReplicaTable.listing(List.of(row), NOW), new PrintWriter(out));
        return out.toString().strip().replaceAll(" +", " ");
    }

    @Test
    void whatRunsAsPodsIsKnownByItsStatus() {
        var inPods = Serialization.unmarshal(
                "apiVersion: mayfly.dev/v1alpha1\nkind: EphemeralWorkload\nmetadata: {name: web, namespace: shop, uid: a}\nstatus: {runtime: Pods}\n",
                GenericKubernetesResource.class);
        var onEngine = Serialization.unmarshal(
                "apiVersion: mayfly.dev/v1alpha1\nkind: EphemeralWorkload\nmetadata: {name: db, namespace: shop, uid: b}\nstatus: {runtime: Docker}\n",
                GenericKubernetesResource.class);

        var known = KnownResources.of(List.of(inPods, onEngine), List.of(), List.of());

        assertThat(known.isInPods("web")).isTrue();
        assertThat(known.isInPods("db")).isFalse();
    }
}
