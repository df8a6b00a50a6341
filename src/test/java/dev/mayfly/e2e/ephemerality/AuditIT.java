package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes outside of volumes are allowed, found and reported. */
class AuditIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    AuditIT() {
        super("audit");
    }

    @Test
    void aWriteIsInTheStatusWithTheVolumeThatItNeeds() {
        Cli.image("mayfly-test/app:1", "FROM busybox:1.36", "RUN mkdir -p /var/lib/app");
        audited("writer", 3, STAYS.replace("busybox:1.36", "mayfly-test/app:1"));
        workloads.awaitCondition("writer", "Ephemeral", "True", "Clean", SOON);
        var replica = workloads.running("writer").getFirst();

        Cli.in(replica, "echo CARD-4111 >/var/lib/app/c.txt");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(found("writer")).containsExactly("Added /var/lib/app/c.txt"));
        assertThat(status("writer").dirtyReplicas()).isEqualTo(1);
        assertThat(status("writer").suggestedVolumes()).containsExactly("/var/lib/app");
        workloads.awaitCondition("writer", "Ephemeral", "False", "Findings", SOON);
        gone("writer");
    }

    @Test
    void aWriteJustBeforeTheEndIsReported() {
        audited("last", 1, "image: busybox:1.36\ncommand: [sh, -c, 'sleep 1; echo x >/root/last; sleep 0.05']\n");

        await().atMost(SOON).untilAsserted(() -> assertThat(found("last")).contains("Added /root/last"));
        gone("last");
    }

    @Test
    void writesOfAContainerRemovedBeforeItsFinalAuditAreUnknown() {
        audited("taken", 1, STAYS);
        workloads.awaitCondition("taken", "Ephemeral", "True", "Clean", SOON);

        // the operator sees the end of the process when the container is gone already
        var container = workloads.running("taken").getFirst().getId();
        var removed = "kill -STOP %1$d; docker rm -f %2$s; code=$?; kill -CONT %1$d; exit $code";
        assertThat(Cli.shell(removed.formatted(operator.pid(), container)).code())
                .isZero();

        workloads.awaitCondition("taken", "Ephemeral", "Unknown", "EvidenceRemoved", SOON);
        gone("taken");
    }

    @Test
    void whatAReplicaMakesOfItsEnginesFilesIsFound() {
        audited("hosts", 1, STAYS);
        workloads.awaitCondition("hosts", "Ephemeral", "True", "Clean", SOON);

        Cli.in(workloads.running("hosts").getFirst(), "echo 10.0.0.1 mirror >>/etc/hosts");

        await().atMost(SOON).untilAsserted(() -> assertThat(found("hosts")).containsExactly("Changed /etc/hosts"));
        gone("hosts");
    }

    @Test
    void oneThatEndsByItselfIsNotAccusedOfTheEnginesOwnChange() {
        audited("ends", 1, "image: busybox:1.36\ncommand: [sh, -c, 'sleep 6; exit 3']\n");
        audited("brief", 1, "image: busybox:1.36\ncommand: [sh, -c, 'exit 3']\n");

        for (var name : List.of("ends", "brief")) {
            await().atMost(SOON.multipliedBy(2))
                    .untilAsserted(
                            () -> assertThat(workloads.terminations(name)).hasSizeGreaterThan(1));
            assertThat(found(name)).isEmpty();
            assertThat(workloads.condition(name, "Ephemeral"))
                    .hasValueSatisfying(
                            c -> assertThat(c.getStatus()).as(c.getMessage()).isNotEqualTo("False"));
            gone(name);
        }
    }

    @Test
    void noSlotIsAbandonedForTheEnginesOwnChange() {
        workloads.apply(workload("stops", 1, "image: busybox:1.36\ncommand: [sh, -c, 'sleep 2; exit 3']\n")
                .replace(
                        "  rollout:",
                        "  ephemerality: {mode: Audit, audit: {periodSeconds: 1, onWrite: Stop}}\n  rollout:"));

        await().atMost(SOON.multipliedBy(2))
                .untilAsserted(() -> assertThat(workloads.terminations("stops")).hasSizeGreaterThan(2));
        assertThat(workloads.events("stops", "Stopped")).isEmpty();
        assertThat(workloads.events("stops", "WriteFound")).isEmpty();
        gone("stops");
    }

    @Test
    void aReplicaOverTheLimitOfItsWritableLayerIsReplacedByAFreshOne() {
        workloads.apply(
                workload("full", 1, STAYS)
                        .replace(
                                "  template:",
                                "  ephemerality: {mode: Audit, audit: {periodSeconds: 1}, writableLayer: {sizeLimit: 1Mi}}\n  template:"));
        workloads.awaitRunning("full", 1);
        var first = workloads.running("full").getFirst();

        Cli.in(first, "dd if=/dev/zero of=/root/heap bs=1M count=3");

        assertThat(Cli.in(awaitAnother("full", first), "ls /root").output()).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events("full", "Recreated"))
                        .singleElement()
                        .satisfies(event -> assertThat(event.getMessage()).contains("writableLayer.sizeLimit")));
        await().atMost(SOON).untilAsserted(() -> assertThat(found("full")).contains("Added /root/heap"));
        gone("full");
    }

    @Test
    void aHundredThousandFilesWithNamesOfAnyBytesLeaveTheStatusSmall() {
        audited("many", 1, STAYS);
        workloads.awaitRunning("many", 1);
        var replica = workloads.running("many").getFirst();

        Cli.in(
                replica,
                "d=$(head -c 240 /dev/zero | tr '\\0' a); n=$(printf '\\377'); cd /root;"
                        + " for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do mkdir $d; cd $d; done;"
                        + " seq 100000 | sed \"s/^/$n/\" | xargs touch");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(status("many").truncated()).isTrue());
        assertThat(status("many").findings()).hasSizeLessThanOrEqualTo(20);
        assertThat(Serialization.asYaml(workloads.get("many")).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThan(32 << 10);
        gone("many");
    }

    private void audited(String name, int replicas, String template) {
        workloads.apply(workload(name, replicas, template)
                .replace("  rollout:", "  ephemerality: {mode: Audit, audit: {periodSeconds: 1}}\n  rollout:"));
    }

    private EphemeralityStatus status(String name) {
        var status = workloads.get(name).getStatus();
        assertThat(status).isNotNull();
        assertThat(status.ephemerality()).isNotNull();
        return status.ephemerality();
    }

    private List<String> found(String name) {
        var findings = status(name).findings();
        return findings == null
                ? List.of()
                : findings.stream()
                        .map(finding -> finding.kind() + " " + finding.path())
                        .distinct()
                        .toList();
    }
}
