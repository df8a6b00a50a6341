package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Containers that look like ours and are not. */
class StrangerIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";
    private static final String COPY = "mayfly-test/copy:1";
    private static final String LABELLED = "mayfly-test/labelled:1";

    private final List<String> strangers = new ArrayList<>();

    StrangerIT() {
        super("stranger", new OperatorProcess("stranger").with("MAYFLY_SWEEP_INTERVAL", "2s"));
    }

    @AfterAll
    void sendThemAway() {
        strangers.forEach(id -> Cli.tried("rm", "-f", id));
        Cli.tried("rmi", "-f", COPY, LABELLED);
    }

    @Test
    void foreignContainersAreNeitherCountedNorChanged() {
        workloads.apply(workload("web", 2, STAYS));
        awaitOurs(2);
        meetStrangers(workloads.running("web").getFirst());

        awaitOurs(2);
        assertStrangersStay();

        workloads.scale("web", 0);
        awaitOurs(0);
        assertStrangersStay();

        workloads.scale("web", 3);
        awaitOurs(3);
        operator.stop();
        operator.start();
        awaitOurs(3);
        assertStrangersStay();

        workloads.delete("web");
        await().atMost(SOON).until(() -> workloads.get("web") == null);
        assertThat(ours()).isEmpty();
        assertStrangersStay();
    }

    @Test
    void aStrangerInTheWayOfANameIsNotRemovedAndNotTakenForOurs() {
        workloads.apply(workload("taken", 0, STAYS));
        await().atMost(SOON).until(() -> workloads.get("taken").getStatus() != null);
        var uid = workloads.get("taken").getMetadata().getUid().substring(0, 8);
        var name = "mayfly_" + workloads.namespace() + "_taken-0_1_" + uid;
        stranger("--name", name, "busybox:1.36", "tail", "-f", "/dev/null");

        workloads.scale("taken", 1);

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(workloads.get("taken").getStatus().readyReplicas())
                                .isEqualTo(1));
        assertStrangersStay();
        workloads.delete("taken");
        await().atMost(SOON).until(() -> workloads.get("taken") == null);
        assertStrangersStay();
    }

    @Test
    void foreignVolumesAreNeitherMountedNorRemoved() {
        var volume = """
                volumes: [{name: data, dockerVolume: {name: %s, reclaimPolicy: Delete}}]
                volumeMounts: [{name: data, mountPath: /data}]
                """;
        workloads.apply(workload("mine", 1, STAYS + volume.formatted("mine")));
        workloads.awaitRunning("mine", 1);
        var cluster = workloads.running("mine").getFirst().getLabels().get("mayfly.dev/cluster");
        var prefix = "mayfly_" + cluster + "_" + workloads.namespace() + "_";
        assertThat(volumes()).contains(prefix + "mine");
        var otherCluster = volume("mayfly_feedfeedfeed_" + workloads.namespace() + "_mine", "feedfeedfeed");
        var otherName = volume("mayfly-test-all-our-labels", cluster);
        var noLabels = prefix + "taken";
        Cli.docker("volume", "create", noLabels);
        try {
            workloads.apply(workload("takes", 1, STAYS + volume.formatted("taken")));
            awaitDegraded("takes", "CreateContainerError", noLabels, "Mayfly did not create it");
            gone("takes");
            gone("mine");

            await().atMost(SOON).until(() -> !volumes().contains(prefix + "mine"));
            operator.stop();
            operator.start(); // it sweeps at its start, and every 2 s
            workloads.apply(workload("later", 1, STAYS + volume.formatted("later")));
            workloads.awaitRunning("later", 1);
            gone("later");
            await().atMost(SOON).until(() -> !volumes().contains(prefix + "later"));
            assertThat(volumes()).contains(otherCluster, otherName, noLabels);
        } finally {
            Cli.tried("volume", "rm", otherCluster, otherName, noLabels);
        }
    }

    private static List<String> volumes() {
        return Cli.docker("volume", "ls", "-q").lines().toList();
    }

    /** One that says of itself that it is the cluster's, and may go. */
    private String volume(String name, String cluster) {
        return Cli.docker(
                "volume",
                "create",
                "--label=mayfly.dev/cluster=" + cluster,
                "--label=mayfly.dev/namespace=" + workloads.namespace(),
                "--label=mayfly.dev/reclaim-policy=Delete",
                name);
    }

    private void meetStrangers(Container replica) {
        var labels = Docker.inspect(replica).getConfig().getLabels();
        var uid = labels.get("mayfly.dev/owner-uid");
        stranger(
                "--name",
                "mayfly_" + workloads.namespace() + "_web-7_1_" + uid.substring(0, 8),
                "busybox:1.36",
                "tail",
                "-f",
                "/dev/null");
        stranger(
                "--label",
                "mayfly.dev/cluster=" + labels.get("mayfly.dev/cluster"),
                "--label",
                "mayfly.dev/owner-uid=" + uid,
                "--label",
                "mayfly.dev/name=web",
                "busybox:1.36",
                "tail",
                "-f",
                "/dev/null");

        Cli.docker("commit", replica.getId(), COPY);
        stranger(COPY);

        var all = labels.entrySet().stream()
                .map(label -> "LABEL " + label.getKey() + "=\"" + label.getValue() + "\"")
                .toArray(String[]::new);
        Cli.imageFromBusybox(LABELLED, all);
        stranger(LABELLED, "tail", "-f", "/dev/null");
    }

    private void stranger(String... options) {
        var arguments = new ArrayList<>(List.of("run", "-d"));
        arguments.addAll(List.of(options));
        strangers.add(Cli.docker(arguments.toArray(String[]::new)));
    }

    /** For longer than the operator's sweeps are apart. */
    private void assertStrangersStay() {
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> Docker.client()
                                .listContainersCmd()
                                .withIdFilter(strangers)
                                .exec()
                                .size()
                        == strangers.size());
    }

    private List<Container> ours() {
        return workloads.running("web").stream()
                .filter(container -> !strangers.contains(container.getId()))
                .toList();
    }

    private void awaitOurs(int replicas) {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(ours()).hasSize(replicas);
            assertThat(workloads.get("web").getStatus())
                    .isNotNull()
                    .extracting(EphemeralWorkloadStatus::readyReplicas, EphemeralWorkloadStatus::replicas)
                    .containsExactly(replicas, replicas);
        });
    }
}
