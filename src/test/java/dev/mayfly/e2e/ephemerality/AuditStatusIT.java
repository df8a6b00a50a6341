package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** The consequences of a write, and the deletion record of a workload. */
class AuditStatusIT extends OperatorScenario {
    private static final String MANIFEST = """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: %s}
            spec:
              replicas: %d
              backoff: {initialDelaySeconds: 1, stableSeconds: 1}
              rollout: {maxSurge: 0, maxUnavailable: 1}
              ephemerality: %s
              template:
                image: busybox:1.36
                command: [tail, -f, /dev/null]
                terminationGracePeriodSeconds: 0
                volumes:
                - {name: kept, dockerVolume: {name: %s-kept, reclaimPolicy: Retain}}
                - {name: gone, dockerVolume: {name: %s-gone, reclaimPolicy: Delete}}
                volumeMounts: [{name: kept, mountPath: /kept}, {name: gone, mountPath: /gone}]
            """;

    AuditStatusIT() {
        super("audit-status");
    }

    @Test
    void aReplicaThatWroteIsReplacedAndTheDeletionRecordReportsIt() throws IOException {
        audited("fresh", 2, "Recreate");
        var wrote = replica("fresh", 1);

        write(wrote, "/var/lib/app");

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(workloads.runningIds("fresh")).hasSize(2).doesNotContain(wrote.getId()));
        workloads.awaitCondition("fresh", "Ephemeral", "False", "Findings", SOON);
        assertThat(workloads.condition("fresh", "Ephemeral").orElseThrow().getMessage())
                .contains("fresh-1", "/var/lib/app");
        assertThat(workloads.get("fresh").getStatus().ephemerality().suggestedVolumes())
                .containsExactly("/var/lib/app");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(workloads.events("fresh", "Recreated")).hasSize(1);
            assertThat(workloads.events("fresh", "WriteFound"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getMessage())
                            .contains("fresh-1", "mountPath: /var/lib/app", "reclaimPolicy: Retain"));
        });

        operator.kill9();
        operator.start();
        workloads.awaitRunning("fresh", 2);
        gone("fresh");

        var record = record("fresh");
        assertThat(record.at("/version").asInt()).isEqualTo(1);
        assertThat(record.at("/replicas/lived").asInt()).isEqualTo(3);
        assertThat(record.at("/replicas/complete").asBoolean()).isTrue();
        assertThat(record.at("/replicas/ended").toString()).isEqualTo("{\"Deleted\":2,\"Wrote\":1}");
        assertThat(record.at("/modes").toString()).isEqualTo("[\"Audit\"]");
        assertThat(record.at("/digests/0").asText()).startsWith("sha256:");
        assertThat(record.at("/findings/count").asInt()).isPositive();
        assertThat(record.at("/findings/first/0/replica").asText()).isEqualTo("fresh-1");
        assertThat(record.at("/volumes/kept").toString()).isEqualTo("[\"dockerVolume fresh-kept\"]");
        assertThat(record.at("/volumes/removed").toString()).isEqualTo("[\"dockerVolume fresh-gone\"]");
        assertThat(record.at("/left")).isEmpty();
        assertThat(workloads.events("fresh", "Receipt"))
                .singleElement()
                .satisfies(event -> assertThat(event.getMessage()).contains("3 replicas lived", "Left: nothing."));
        Cli.tried("volume", "rm", "mayfly_" + operator.cluster() + "_" + workloads.namespace() + "_fresh-kept");
    }

    @Test
    void aSlotWhoseReplicaWroteIsAbandonedUntilTheTemplateChanges() {
        audited("stopped", 2, "Stop");

        write(replica("stopped", 1), "/var/lib/app");

        workloads.awaitCondition("stopped", "Degraded", "True", "SlotsAbandoned", SOON);
        assertThat(workloads.get("stopped").getStatus().abandonedSlots()).isEqualTo("1");
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(workloads.running("stopped")).singleElement().matches(c -> slot(c) == 0));
        await().atMost(SOON).until(() -> !workloads.events("stopped", "Stopped").isEmpty());

        operator.kill9();
        operator.start();
        workloads.scale("stopped", 3);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.running("stopped"))
                        .extracting(AuditStatusIT::slot)
                        .containsExactlyInAnyOrder(0, 2));
        assertThat(workloads.get("stopped").getStatus().abandonedSlots()).isEqualTo("1");

        apply("stopped", 3, "{mode: Enforce}");
        workloads.awaitRunning("stopped", 3);
        workloads.awaitCondition("stopped", "Degraded", "False", "AsExpected", SOON);
        assertThat(workloads.get("stopped").getStatus().abandonedSlots()).isNull();
        gone("stopped");
        Cli.tried("volume", "rm", "mayfly_" + operator.cluster() + "_" + workloads.namespace() + "_stopped-kept");
    }

    @Test
    void fromOffToEnforceIsARolloutLikeAnyOther() {
        apply("hardened", 3, "{mode: Off}");
        workloads.awaitRunning("hardened", 3);
        workloads.awaitCondition("hardened", "Ephemeral", "Unknown", "NotAudited", SOON);
        var before = workloads.runningIds("hardened");

        apply("hardened", 3, "{mode: Enforce}");

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(workloads.running("hardened").size()).isGreaterThanOrEqualTo(2);
            assertThat(workloads.runningIds("hardened")).hasSize(3).doesNotContainAnyElementsOf(before);
        });
        workloads.awaitCondition("hardened", "Ephemeral", "True", "ReadOnlyRoot", SOON);
        assertThat(Cli.in(workloads.running("hardened").getFirst(), "touch /x").output())
                .contains("Read-only file system");
        gone("hardened");
        Cli.tried("volume", "rm", "mayfly_" + operator.cluster() + "_" + workloads.namespace() + "_hardened-kept");
    }

    private void audited(String name, int replicas, String onWrite) {
        apply(name, replicas, "{mode: Audit, audit: {periodSeconds: 1, onWrite: " + onWrite + "}}");
        workloads.awaitRunning(name, replicas);
        workloads.awaitCondition(name, "Ephemeral", "True", "Clean", SOON);
        assertThat(workloads.get(name).getStatus().ephemerality().dirtyReplicas())
                .isZero();
    }

    private void apply(String name, int replicas, String ephemerality) {
        workloads.apply(MANIFEST.formatted(name, replicas, ephemerality, name, name));
    }

    private static void write(Container replica, String directory) {
        assertThat(Cli.in(replica, "mkdir -p " + directory + " && echo CARD >" + directory + "/c.txt")
                        .code())
                .isZero();
    }

    private Container replica(String name, int slot) {
        return workloads.running(name).stream()
                .filter(container -> slot(container) == slot)
                .findFirst()
                .orElseThrow();
    }

    private static int slot(Container container) {
        return Integer.parseInt(container.getLabels().get("mayfly.dev/slot"));
    }

    private JsonNode record(String name) throws IOException {
        var file = operator.data().resolve("audit.jsonl");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        var lines = Files.readAllLines(file).stream()
                .filter(line -> line.contains("\"name\":\"" + name + "\""))
                .toList();
        assertThat(lines).hasSize(1);
        return new ObjectMapper().readTree(lines.getFirst());
    }
}
