package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images and Secrets that are built to stop the operator or to deceive it, beside a workload that must be healed all the while. */
class HostileImageIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String LABELS = "mayfly-test/hostile-labels:1";
    private static final String LARGE = "mayfly-test/hostile-large:1";
    private static final String ROOT = "mayfly-test/hostile-root:1";
    private static final String NAMED = "mayfly-test/hostile-named:1";
    /** A heal takes 0.3 s where nobody is in the way; a slow machine takes a few seconds. */
    private static final Duration HEALED = Duration.ofSeconds(10);

    HostileImageIT() {
        super("hostile-image");
    }

    @AfterAll
    void removeImages() {
        workloads.close(); // no image goes while a container runs of it
        Cli.tried("rmi", "-f", LABELS, LARGE, ROOT, NAMED);
    }

    @BeforeEach
    void aNeighbourRuns() {
        if (workloads.get("neighbour") == null) {
            workloads.apply(workload("neighbour", 1, STAYS));
        }
        workloads.awaitRunning("neighbour", 1);
    }

    @Test
    void labelsOfAnImageStandOnNoReplicaAndStopNobody() {
        Cli.imageFromBusybox(
                LABELS,
                "LABEL mayfly.dev/probes=null",
                "LABEL mayfly.dev/pre-stop=garbage",
                "LABEL mayfly.dev/logs-on-error=always",
                "LABEL mayfly.dev/empty-dir-limits=../../..=1",
                "LABEL mayfly.dev/probe=forged",
                "LABEL exitCode=0");
        workloads.apply(workload(
                "labelled",
                1,
                "image: " + LABELS + "\ncommand: [sh, -c, \"echo 4111111111111111; sleep 2; exit 3\"]\n"));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(workloads.terminations("labelled")).isNotEmpty());
        var status = workloads.get("labelled").getStatus();
        assertThat(status.toString()).doesNotContain("4111111111111111");
        assertThat(status.lastTerminations())
                .allSatisfy(end -> assertThat(end.exitCode()).isEqualTo(3));
        assertNeighbourIsHealed();

        operator.stop();
        operator.start(); // it reads all labels again
        assertNeighbourIsHealed();
        gone("labelled");
    }

    @Test
    void aContainerOfOursWhoseLabelsMeanNothingIsReplaced() {
        var replica = running("relabelled", 1, STAYS);
        operator.stop();
        var forged = Cli.shell("set -e; n=$(docker inspect -f '{{.Name}}' " + replica.getId() + ");"
                + " l=$(docker inspect -f '{{range $k, $v := .Config.Labels}}--label {{$k}}={{$v}} {{end}}' "
                + replica.getId() + "); docker rm -f " + replica.getId() + " >/dev/null;"
                + " docker run -d --name ${n#/} $l --label mayfly.dev/probes=null busybox:1.36 tail -f /dev/null");
        assertThat(forged.code()).as(forged.output()).isZero();
        operator.start();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.terminations("relabelled"))
                        .anySatisfy(end -> assertThat(end.message()).contains("mayfly.dev/probes")));
        workloads.awaitRunning("relabelled", 1);
        assertNeighbourIsHealed();
        gone("relabelled");
    }

    @Test
    void largeLabelsOfAnImageAreNoReplicas() {
        var half = "x".repeat(50_000); // a line of a Dockerfile has at most 65,535
        Cli.imageFromBusybox(LARGE, "LABEL sbom=" + half, "LABEL licenses=" + half);
        var replica = running("large", 1, "image: " + LARGE + "\ncommand: [tail, -f, /dev/null]\n");

        assertThat(replica.getLabels()).containsEntry("sbom", "").containsEntry("licenses", "");
        gone("large");
    }

    @Test
    void rootByAnotherNameIsRootUnderRunAsNonRoot() {
        Cli.imageFromBusybox(ROOT, "USER 00", "CMD [\"tail\", \"-f\", \"/dev/null\"]");
        Cli.imageFromBusybox(NAMED, "USER toor", "CMD [\"tail\", \"-f\", \"/dev/null\"]");
        workloads.apply(workload("zeros", 1, "image: " + ROOT + "\nsecurityContext: {runAsNonRoot: true}\n"));
        workloads.apply(workload("named", 1, "image: " + NAMED + "\nsecurityContext: {runAsNonRoot: true}\n"));

        awaitDegraded("zeros", "CreateContainerError", "runs as root", "securityContext.runAsUser");
        awaitDegraded("named", "CreateContainerError", "toor", "/etc/passwd");
        gone("zeros");
        gone("named");
    }

    @Test
    void aPullSecretOfPatternsThatBacktrackStopsNobody() {
        var auths = "{\"auths\":{\"" + "*a".repeat(14) + "*b:5000\":{\"username\":\"a\",\"password\":\"b\"}}}";
        Cluster.client()
                .secrets()
                .inNamespace(workloads.namespace())
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("stars")
                        .endMetadata()
                        .withType("kubernetes.io/dockerconfigjson")
                        .withStringData(Map.of(".dockerconfigjson", auths))
                        .build())
                .create();
        workloads.apply(
                workload("stars", 1, "image: " + "a".repeat(60) + ":5000/app:1\nimagePullSecrets: [{name: stars}]\n"));

        await().atMost(SOON)
                .until(() -> workloads.condition("stars", "Degraded").isPresent());
        assertNeighbourIsHealed();
        gone("stars");
    }

    @Test
    void openingQuotesInLastLinesDelayNobody() {
        var quotes = "i=0; while [ $i -lt 300 ]; do printf '\\342\\200\\234/a '; i=$((i+1)); done";
        var line = quotes + "; " + quotes + "; echo Read-only file system; exit 1";
        workloads.apply(workload(
                "quotes", 8, "image: busybox:1.36\ncommand: [sh, -c, \"" + line.replace("\\", "\\\\") + "\"]\n"));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(workloads.terminations("quotes")).isNotEmpty());
        assertNeighbourIsHealed();
        gone("quotes");
    }

    private void assertNeighbourIsHealed() {
        var before = neighbours().getFirst().getId();
        Cli.docker("rm", "-f", before);
        await().atMost(HEALED)
                .until(() -> neighbours().stream()
                        .anyMatch(replica -> !replica.getId().equals(before)));
    }

    private List<Container> neighbours() {
        return workloads.running("neighbour");
    }
}
