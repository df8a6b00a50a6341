package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Storage;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClaimIT extends OperatorScenario {
    private static final String FINALIZER = "mayfly.dev/in-use";
    private static final String NODE = "machine-of-claims";
    private final Storage storage = new Storage(workloads.namespace());

    ClaimIT() {
        super("claim", new OperatorProcess("claim"));
        operator.with("MAYFLY_NODE_NAME", NODE).with("MAYFLY_SWEEP_INTERVAL", "2s");
    }

    @BeforeAll
    void makeThePrefix() throws IOException {
        Files.createDirectories(prefix());
    }

    @AfterAll
    void leaveNoVolume() {
        storage.close();
        Cluster.client()
                .storage()
                .v1()
                .storageClasses()
                .withName(storage.nameOf("late"))
                .delete();
    }

    @Test
    void whatIsInAClaimOutlivesReplicasScalingRolloutsAndTheWorkload() throws IOException {
        storage.bound("kept", "ReadWriteOnce", Storage.local(directory("kept"), NODE));
        var replica = running("keeper", 1, mounting("kept"));
        assertThat(Cli.in(replica, "echo treasure >/data/file").code()).isZero();
        assertThat(Cli.in(replaced("keeper", replica), "cat /data/file").output())
                .isEqualTo("treasure");

        workloads.scale("keeper", 0);
        workloads.awaitRunning("keeper", 0);
        await().atMost(SOON).untilAsserted(() -> assertThat(finalizers("kept")).doesNotContain(FINALIZER));
        workloads.scale("keeper", 2);
        workloads.awaitRunning("keeper", 2);
        assertThat(finalizers("kept")).contains(FINALIZER);

        var rolled = running("keeper", 2, mounting("kept") + "env: [{name: A, value: b}]\n");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.running("keeper"))
                        .allMatch(c ->
                                Cli.in(c, "echo $A; cat /data/file").output().equals("b\ntreasure")));
        assertThat(rolled).isNotNull();

        gone("keeper");
        assertThat(prefix().resolve("kept/file")).hasContent("treasure");
        await().atMost(SOON).untilAsserted(() -> assertThat(finalizers("kept")).doesNotContain(FINALIZER));
    }

    /** A Pod that mounts the claim could put a link to the host's root there before the engine resolves the path. */
    @Test
    void aPartOfAClaimIsRefusedWithTheRemedy() throws IOException {
        storage.bound("part", "ReadWriteOnce", Storage.local(directory("part"), NODE));

        workloads.apply(workload("partial", 1, mounting("part").replace("/data}", "/data, subPath: a}")));

        awaitDegraded("partial", "CreateContainerError", "persistentVolumeClaim part", "Mount the whole claim");
        assertThat(workloads.containers("partial")).isEmpty();
        gone("partial");
    }

    @Test
    void aNewTemplateWithAClaimThatIsGoingLeavesTheOldOneRunning() throws IOException {
        storage.bound(
                "going", "ReadWriteOnce", "hostPath: {path: %s}\nstorageClassName: ''".formatted(directory("going")));
        running("user", 1, mounting("going"));
        storage.delete("going");
        awaitDegraded("user", "ClaimNotUsable", "going", "being deleted");
        var before = running("late", 1, "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n");

        workloads.apply(workload("late", 1, mounting("going")));
        awaitDegraded("late", "ClaimNotUsable", "going", "being deleted");

        replaced("late", before);
        gone("late");
        gone("user");
        await().atMost(SOON).until(() -> storage.get("going") == null);
    }

    @Test
    void aDeletedClaimIsKeptUntilTheLastReplicaReleasesIt() throws IOException {
        storage.bound(
                "held", "ReadWriteOnce", "hostPath: {path: %s}\nstorageClassName: ''".formatted(directory("held")));
        running("holder", 1, mounting("held"));

        storage.delete("held");
        awaitDegraded("holder", "ClaimNotUsable", "held", "being deleted");
        assertThat(storage.get("held")).isNotNull();
        assertThat(workloads.running("holder")).hasSize(1);

        workloads.scale("holder", 0);
        await().atMost(SOON).until(() -> storage.get("held") == null);
        gone("holder");
    }

    @Test
    void aClaimIsReleasedIfItsWorkloadVanishedWhileNoOperatorRan() throws IOException {
        storage.bound("lost", "ReadWriteOnce", Storage.local(directory("lost"), NODE));
        running("loser", 1, mounting("lost"));

        operator.kill9();
        workloads.stripFinalizers("loser");
        workloads.delete("loser");
        operator.start();

        await().atMost(SOON).untilAsserted(() -> assertThat(finalizers("lost")).doesNotContain(FINALIZER));
        workloads.awaitGone("loser");
    }

    @Test
    void nothingStartsWithoutAUsableClaimAndTheConditionHasTheReason() throws IOException {
        workloads.apply(workload("refused", 1, mounting("later")));
        awaitDegraded("refused", "ClaimNotFound", "later", "Create it");

        storage.claim("later", "accessModes: [ReadWriteOnce]\nstorageClassName: ''\n");
        awaitDegraded("refused", "ClaimNotBound", "later", "Create a PersistentVolume");

        storage.volume("later", "ReadWriteOnce", Storage.local(directory("later"), NODE));
        storage.touch("later");
        workloads.awaitRunning("refused", 1);
        workloads.awaitCondition("refused", "Degraded", "False", "AsExpected", SOON);
        gone("refused");

        unusable("nfs", "nfs: {server: files.example.org, path: /}", "ReadWriteOnce", "is of kind nfs");
        unusable(
                "csi",
                "csi: {driver: ebs.csi.aws.com, volumeHandle: a}",
                "ReadWriteOnce",
                "is of kind csi (ebs.csi.aws.com)");
        unusable("elsewhere", Storage.local(directory("elsewhere"), "other"), "ReadWriteOnce", "is on another node");
        unusable("outside", "hostPath: {path: /etc}", "ReadWriteOnce", "must lie below");
        unusable(
                "raw",
                "hostPath: {path: %s}\nvolumeMode: Filesystem".formatted(directory("raw")),
                "ReadOnlyMany",
                "set readOnly: true");
    }

    private void unusable(String name, String source, String accessMode, String words) {
        storage.bound(name, accessMode, source);
        workloads.apply(workload("refused-" + name, 1, mounting(name)));
        awaitDegraded("refused-" + name, "ClaimNotUsable", name, words);
        assertThat(workloads.containers("refused-" + name)).isEmpty();
        gone("refused-" + name);
    }

    @Test
    void whatIsReadOnlyTakesNoWrites() throws IOException {
        storage.bound("page", "ReadOnlyMany", Storage.local(directory("page"), NODE));
        Files.writeString(prefix().resolve("page/index"), "hello");
        var replica = running("reader", 1, STAYS + """
                volumes: [{name: data, persistentVolumeClaim: {claimName: page, readOnly: true}}]
                volumeMounts: [{name: data, mountPath: /data}]
                """);

        assertThat(Cli.in(replica, "cat /data/index").output()).isEqualTo("hello");
        assertThat(Cli.in(replica, "touch /data/file").output()).contains("Read-only file system");
        gone("reader");
    }

    /** The provisioner of this story is the test: it does its work once the node is selected. */
    @Test
    void aWaitForFirstConsumerClaimGetsTheNodeOfThisMachine() throws IOException {
        Cluster.client()
                .resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName(storage.nameOf("late"))
                        .endMetadata()
                        .withProvisioner("example.org/by-hand")
                        .withVolumeBindingMode("WaitForFirstConsumer")
                        .build())
                .create();
        storage.claim("late", "accessModes: [ReadWriteOnce]\nstorageClassName: %s\n".formatted(storage.nameOf("late")));
        workloads.apply(workload("waiting", 1, mounting("late")));
        awaitDegraded("waiting", "ClaimNotBound", "late", "is no node of the cluster");

        var node = Cluster.client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NODE)
                        .endMetadata()
                        .build());
        node.create();
        try {
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(storage.get("late").getMetadata().getAnnotations())
                                    .containsEntry("volume.kubernetes.io/selected-node", NODE));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(workloads.events("waiting", "SelectedNode"))
                            .isNotEmpty());
            storage.volume(
                    "late",
                    "ReadWriteOnce",
                    "storageClassName: %s\nclaimRef: {namespace: %s, name: late}\nhostPath: {path: %s}"
                            .formatted(storage.nameOf("late"), workloads.namespace(), directory("late")));
            storage.touch("late");
            workloads.awaitRunning("waiting", 1);
        } finally {
            node.delete();
        }
        gone("waiting");
    }

    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    private static String mounting(String claim) {
        return STAYS + """
                volumes: [{name: data, persistentVolumeClaim: {claimName: %s}}]
                volumeMounts: [{name: data, mountPath: /data}]
                """.formatted(claim);
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectories(prefix().resolve(name));
    }

    private List<String> finalizers(String claim) {
        return storage.get(claim).getMetadata().getFinalizers();
    }
}
