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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images and Secrets that are built to stop the operator or to deceive it, beside a workload that must be healed all the while. */
class HostileImageIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String NEIGHBOUR = "neighbour";
    private static final String LABELS = "mayfly-test/hostile-labels:1";
    private static final String LARGE = "mayfly-test/hostile-large:1";
    private static final String ROOT = "mayfly-test/hostile-root:1";
    private static final String NAMED = "mayfly-test/hostile-named:1";
    private static final String PORTS = "mayfly-test/hostile-ports:1";
    /** A heal takes 0.3 s where nobody is in the way; a slow machine takes a few seconds. */
    private static final Duration HEALED = Duration.ofSeconds(30);
    /** Beside text that is made to take long. A quarter of it took 2.4 s when the time grew with the square of its length: 38 s in all. */
    private static final Duration HEALED_BESIDE_TEXT = Duration.ofSeconds(25);

    HostileImageIT() {
        super("hostile-image");
    }

    @AfterAll
    void removeImages() {
        workloads.close(); // no image goes while a container runs of it
        Cli.tried("rmi", "-f", LABELS, LARGE, ROOT, NAMED, PORTS);
    }

    @BeforeEach
    void aNeighbourRuns() {
        if (workloads.get(NEIGHBOUR) == null) {
            workloads.apply(workload(NEIGHBOUR, 1, STAYS));
        }
        workloads.awaitRunning(NEIGHBOUR, 1);
    }

    /** A test that fails leaves nothing in the way of the next. */
    @AfterEach
    void onlyTheNeighbourStays() {
        var others = workloads.names().stream()
                .filter(name -> !name.equals(NEIGHBOUR))
                .toList();
        others.forEach(workloads::delete);
        others.forEach(workloads::awaitGone);
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
    }

    @Test
    void largeLabelsOfAnImageAreNoReplicas() {
        var half = "x".repeat(50_000); // a line of a Dockerfile has at most 65,535
        Cli.imageFromBusybox(LARGE, "LABEL sbom=" + half, "LABEL licenses=" + half);
        var replica = running("large", 1, "image: " + LARGE + "\ncommand: [tail, -f, /dev/null]\n");

        assertThat(replica.getLabels()).containsEntry("sbom", "").containsEntry("licenses", "");
    }

    @Test
    void rootByAnotherNameIsRootUnderRunAsNonRoot() {
        Cli.imageFromBusybox(ROOT, "USER 00", "CMD [\"tail\", \"-f\", \"/dev/null\"]");
        Cli.imageFromBusybox(NAMED, "USER toor", "CMD [\"tail\", \"-f\", \"/dev/null\"]");
        workloads.apply(workload("zeros", 1, "image: " + ROOT + "\nsecurityContext: {runAsNonRoot: true}\n"));
        workloads.apply(workload("named", 1, "image: " + NAMED + "\nsecurityContext: {runAsNonRoot: true}\n"));

        awaitDegraded("zeros", "CreateContainerError", "runs as root", "securityContext.runAsUser");
        awaitDegraded("named", "CreateContainerError", "toor", "/etc/passwd");
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
    }

    /**
     * The engine keeps in an image's configuration what no builder of its own writes, and a range that others write.
     * Containerd's image store reads an archive's {@code index.json}, where there is one, which has the digest of the former
     * configuration; without it, it reads {@code manifest.json} as other engines do.
     */
    @Test
    void portsThatNoEngineKnowsStopNeitherTheirImageNorTheListOfAll() {
        var ports = "\"ExposedPorts\":{\"80/foo\":{},\"8000-8010/tcp\":{}},\"Healthcheck\":{\"Retries\":99999999999}";
        var loaded = Cli.shell("set -e; d=$(mktemp -d); trap 'rm -r $d' EXIT; docker save busybox:1.36 | tar -x -C $d;"
                + " c=$d/$(sed 's/.*\"Config\":\"\\([^\"]*\\)\".*/\\1/' $d/manifest.json);"
                + " sed -i 's|\"config\":{|&" + ports + ",|' $c; grep -q ExposedPorts $c;"
                + " sed -i 's|busybox:1.36|" + PORTS
                + "|' $d/manifest.json; rm -f $d/index.json $d/oci-layout; tar -c -C $d . | docker load");
        assertThat(loaded.code()).as(loaded.output()).isZero();

        running("ported", 1, "network: Namespace\nimage: " + PORTS + "\ncommand: [tail, -f, /dev/null]\n");

        assertNeighbourIsHealed(HEALED);
        var listed = Cli.mayfly("images");
        assertThat(listed.code()).as(listed.output()).isZero();
        assertThat(listed.output()).contains(PORTS.substring(0, PORTS.indexOf(':')));
        operator.stop();
        operator.start(); // it inspects all containers again
        assertNeighbourIsHealed(HEALED);
    }

    /** As much as is read of the output, on one line. */
    @Test
    void openingQuotesInLastLinesDelayNobody() {
        var line = "s='\\u201C/a'; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do s=$s' '$s; done;"
                + " echo $s Read-only file system; exit 1";
        workloads.apply(workload("quotes", 8, "image: busybox:1.36\ncommand: [sh, -c, \"" + line + "\"]\n"));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(workloads.terminations("quotes")).isNotEmpty());
        assertNeighbourIsHealed(HEALED_BESIDE_TEXT);
    }

    @Test
    void referencesWithoutAnEndDelayNobody() {
        var env = IntStream.range(0, 16) // as much as the API server accepts
                .mapToObj(i -> "{name: V" + i + ", value: \"" + "$(".repeat(4_000) + "\"}")
                .collect(Collectors.joining(", "));
        workloads.apply(workload("references", 8, STAYS + "env: [" + env + "]\n"));

        await().atMost(SOON)
                .until(() -> workloads.get("references").getStatus() != null
                        && workloads.condition("references", "Available").isPresent());
        assertNeighbourIsHealed(HEALED_BESIDE_TEXT);
    }

    @Test
    void patternsOnDeepPathsDelayNobody() {
        var patterns = IntStream.range(0, 32)
                .mapToObj(i -> "'/" + "**a*?".repeat(48) + "b" + i + "'")
                .collect(Collectors.joining(", "));
        var deep = "d=; i=0; while [ $i -lt 1900 ]; do d=$d/a; i=$((i+1)); done;"
                + " for j in 1 2 3 4 5 6 7 8 9; do mkdir -p /$j$d; done; tail -f /dev/null";
        workloads.apply(workload("deep", 4, "image: busybox:1.36\ncommand: [sh, -c, \"" + deep + "\"]\n")
                .replace(
                        "  template:",
                        "  ephemerality: {mode: Audit, audit: {ignorePaths: [" + patterns + "]}}\n  template:"));
        workloads.awaitRunning("deep", 4);

        assertNeighbourIsHealed(HEALED_BESIDE_TEXT);
        var writes = "image: busybox:1.36\ncommand: [sh, -c, 'touch /written; exec tail -f /dev/null']\n";
        workloads.apply(
                workload("shallow", 1, writes).replace("  template:", "  ephemerality: {mode: Audit}\n  template:"));
        await("the neighbour's writes are found")
                .atMost(SOON)
                .ignoreExceptions() // until there is a status
                .untilAsserted(() -> assertThat(workloads
                                .get("shallow")
                                .getStatus()
                                .ephemerality()
                                .findings())
                        .anySatisfy(found -> assertThat(found.path()).isEqualTo("/written")));
    }

    private void assertNeighbourIsHealed() {
        assertNeighbourIsHealed(HEALED);
    }

    private void assertNeighbourIsHealed(Duration within) {
        var before = neighbours().getFirst().getId();
        Cli.docker("rm", "-f", before);
        await().atMost(within)
                .until(() -> neighbours().stream()
                        .anyMatch(replica -> !replica.getId().equals(before)));
    }

    private List<Container> neighbours() {
        return workloads.running(NEIGHBOUR);
    }
}
