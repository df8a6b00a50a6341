package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers whose workload is gone: a few are collected, many are kept until a user allows it. */
class OrphanIT {
    private static final String CRD = "ephemeralworkloads.mayfly.dev";
    private static final String PERMISSION = "mayfly.dev/sweep-orphans";
    private static final Duration SOON = Duration.ofMinutes(3);
    /** Two sweeps and more, each 2 s after the one before. */
    private static final Duration SWEEPS = Duration.ofSeconds(5);

    private static final EngineProxy ENGINE = new EngineProxy();
    private static final OperatorProcess OPERATOR =
            new OperatorProcess("orphan").with("DOCKER_HOST", ENGINE.address()).with("MAYFLY_SWEEP_INTERVAL", "2s");

    private final KubernetesClient client = Cluster.client();
    private Workloads workloads;
    /** The operator has held something, or its CRD was gone: the next test begins with another one. */
    private boolean spent;

    @BeforeEach
    void start() {
        workloads = new Workloads("orphan");
        annotate(null);
        client.v1().events().inNamespace("mayfly-system").delete();
        OPERATOR.ensureRunning();
    }

    /** Runs after failures too: the tests of all classes share the API server. */
    @AfterEach
    void cleanUp() {
        annotate(null);
        ENGINE.mode(Mode.PASS);
        await("the CRD is there, or gone").until(() -> {
            var crd = crd();
            if (crd != null && crd.isMarkedForDeletion()) {
                stripFinalizers();
            }
            return crd == null || !crd.isMarkedForDeletion();
        });
        Cluster.applyCrds(client);
        if (spent) {
            OPERATOR.stop();
        }
        if (OPERATOR.isAlive()) {
            workloads.close();
        } else {
            workloads.abandon();
        }
        Docker.removeAll(
                Map.of("mayfly.dev/namespace", workloads.namespace())); // also what the operator made meanwhile
    }

    @AfterAll
    static void stop() {
        try (ENGINE) {
            OPERATOR.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6})
    void aCrdForcedAwayAndMadeAnewSweepsNothingUntilAPersonAllowsIt(int owners) {
        make(owners);
        ENGINE.mode(Mode.REFUSE); // so that the deletion hangs and a user may force it
        workloads.awaitCondition("web-0", "Degraded", "True", "EngineUnreachable", SOON);
        forceTheCrdAwayAndMakeItAnew();
        ENGINE.mode(Mode.PASS);

        heldUntilAllowed(owners);

        workloads.apply("new", 1);
        workloads.awaitRunning("new", 1);
    }

    /** A workload at 0 replicas has no container that the guard could see, but it has data. */
    @Test
    void theVolumeOfAWorkloadAtZeroReplicasIsKeptWhenItsCrdWasForcedAwayAndMadeAnew() {
        workloads.apply(Workloads.isolated("web-0", 1) + """
                    volumes: [{name: data, dockerVolume: {name: data, reclaimPolicy: Delete}}]
                    volumeMounts: [{name: data, mountPath: /data}]
                """);
        workloads.awaitRunning("web-0", 1);
        workloads.scale("web-0", 0);
        workloads.awaitRunning("web-0", 0);
        OPERATOR.stop();
        forceTheCrdAwayAndMakeItAnew();
        OPERATOR.start();

        await("the Event").until(() -> !held().isEmpty());
        assertThat(held().getLast().getMessage()).contains(PERMISSION + "=1", "web-0");
        await("the data stay").atMost(SOON).during(SWEEPS).until(() -> volumes() == 1);

        annotate("1");

        await("the volume is removed").atMost(SOON).until(() -> volumes() == 0);
    }

    /** Its spec was refused, so an earlier revision runs, and its data are in use while it has no container either. */
    @Test
    void theVolumeOfTheRevisionThatRunsInPlaceOfARefusedSpecIsKept() {
        var volume = """
                    volumes: [{name: data, dockerVolume: {name: data, reclaimPolicy: Delete}}]
                    volumeMounts: [{name: data, mountPath: /data}]
                """;
        workloads.apply(Workloads.isolated("web-0", 1) + volume);
        workloads.awaitRunning("web-0", 1);
        workloads.apply(Workloads.isolated("web-1", 1) + volume);
        workloads.awaitRunning("web-1", 1);
        Cli.in(workloads.running("web-0").getFirst(), "echo treasure >/data/file");
        workloads.awaitCondition("web-0", "Progressing", "True", "NewRevisionAvailable", SOON);

        workloads.apply(Workloads.isolated("web-0", 1) + """
                    volumes: [{name: data, configMap: {name: missing}}]
                    volumeMounts: [{name: data, mountPath: /data}]
                """);
        workloads.awaitCondition("web-0", "Degraded", "True", "ConfigMapNotFound", SOON);
        workloads.scale("web-0", 0);
        workloads.awaitRunning("web-0", 0);
        workloads.delete("web-1");
        workloads.awaitGone("web-1");
        await("the data stay").atMost(SOON).during(SWEEPS).until(() -> volumes() == 1);

        workloads.scale("web-0", 1);
        workloads.awaitRunning("web-0", 1);
        assertThat(Cli.in(workloads.running("web-0").getFirst(), "cat /data/file")
                        .output())
                .isEqualTo("treasure");

        workloads.delete("web-0");
        workloads.awaitGone("web-0");
        await("its own volumes go with it").atMost(SOON).until(() -> volumes() == 0);
    }

    private long volumes() {
        var label = "mayfly.dev/namespace=" + workloads.namespace();
        var found = Docker.client()
                .listVolumesCmd()
                .withFilter("label", List.of(label))
                .exec();
        return found.getVolumes() == null ? 0 : found.getVolumes().size();
    }

    @Test
    void manyThatVanishedAtOnceAsAfterARestoredEtcdAreHeld() {
        make(6);
        OPERATOR.stop();
        forceAway();
        OPERATOR.start();

        heldUntilAllowed(6);
    }

    /** As everybody may do who has edit rights in a namespace, under the same names over and over. */
    @Test
    void finalizersTakenOffInALoopLeaveNothingAndHoldUpNobody() {
        try (var others = new Workloads("orphan-other")) {
            others.apply("web-0", 1);
            others.awaitRunning("web-0", 1);
            make(6);
            for (var round = 0; round < 20; round++) {
                client.resources(EphemeralWorkload.class)
                        .inNamespace(workloads.namespace())
                        .delete();
                stripFinalizers();
                IntStream.range(0, 6).forEach(i -> workloads.apply(Workloads.isolated("web-" + i, 1)));
            }
            client.resources(EphemeralWorkload.class)
                    .inNamespace(workloads.namespace())
                    .delete();
            stripFinalizers();

            await("their containers are gone")
                    .atMost(SOON)
                    .during(SWEEPS)
                    .until(() -> Docker.containers(Map.of("mayfly.dev/namespace", workloads.namespace()))
                            .isEmpty());
            assertThat(held()).isEmpty();
            assertThat(others.running("web-0")).hasSize(1);
        }
    }

    /** Nobody watched, so nothing tells it from a loss of the cluster's state, but only in that namespace. */
    @Test
    void manyThatVanishedFromOneNamespaceHoldUpNoOther() {
        try (var others = new Workloads("orphan-other")) {
            others.apply("web-0", 1);
            others.apply("web-1", 1);
            others.awaitRunning("web-0", 1);
            others.awaitRunning("web-1", 1);
            make(6);
            OPERATOR.stop();
            forceAway();
            others.stripFinalizers("web-1");
            others.delete("web-1");
            OPERATOR.start();

            others.awaitGone("web-1");
            heldUntilAllowed(6);
            assertThat(others.running("web-0")).hasSize(1);
        }
    }

    @Test
    void oneThatLostItsFinalizerIsCollected() {
        make(3);
        OPERATOR.stop();
        workloads.stripFinalizers("web-1");
        workloads.delete("web-1");
        OPERATOR.start();

        workloads.awaitGone("web-1");
        assertThat(workloads.running("web-0")).hasSize(1);
        assertThat(workloads.running("web-2")).hasSize(1);
        assertThat(held()).isEmpty();
    }

    @Test
    void failedCreationsAreCollectedWithoutPermissionRegardlessOfTheirNumber() {
        OPERATOR.stop();
        for (int i = 0; i < 7; i++) {
            neverStarted("lost-" + i, "0000000%d-0000-0000-0000-000000000000".formatted(i));
        }

        OPERATOR.start();

        await("they are gone")
                .atMost(SOON)
                .until(() -> Docker.containers(Map.of("mayfly.dev/cluster", OPERATOR.cluster()))
                        .isEmpty());
        assertThat(held()).isEmpty();
    }

    /** Creates the container that is left if a workload goes while its operator is killed in the middle of a creation. */
    private void neverStarted(String workload, String uid) {
        var id = new ReplicaId(new OwnerId("EphemeralWorkload", workloads.namespace(), workload, uid), 0, 1);
        var launch = new Launch(id, "r1", Samples.template("busybox:1.36"), 0, 0, Samples.NOON, Priority.SCALE);
        Docker.client()
                .createContainerCmd("busybox:1.36")
                .withName(Ownership.containerName(id))
                .withLabels(Ownership.labels(OPERATOR.cluster(), launch))
                .exec();
    }

    @Test
    void aCrdThatIsSimplyDeletedTakesItsContainersAlong() {
        make(3);

        deleteTheCrd();

        await().atMost(SOON).until(() -> running() == 0);
        await().until(() -> crd() == null);
        Cluster.applyCrds(client);
        assertThat(held()).isEmpty();
    }

    @Test
    void anOperatorOfAnotherClusterOnTheSameEngineTouchesNothing() {
        make(6);
        OPERATOR.stop();
        try (var swapped = Cluster.another();
                var other = new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(swapped.getKubeConfigYaml()))
                        .build()) {
            Cluster.applyCrds(other);
            // the same installation name, as after a swap
            try (var operatorOfOther = new OperatorProcess("orphan", other, swapped.getKubeConfigYaml())
                    .with("MAYFLY_SWEEP_INTERVAL", "2s")) {
                operatorOfOther.start();
                var theirs = new Workloads(other, "default");
                theirs.apply("web-0", 1);
                theirs.awaitRunning("web-0", 1);
                await().atMost(SOON).during(SWEEPS).until(() -> running() == 6);
                theirs.close();
                assertThat(running()).isEqualTo(6);
            }
        }
    }

    private void forceTheCrdAwayAndMakeItAnew() {
        deleteTheCrd();
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            stripFinalizers();
            return crd() == null;
        });
        Cluster.applyCrds(client);
    }

    private void deleteTheCrd() {
        spent = true;
        client.apiextensions().v1().customResourceDefinitions().withName(CRD).delete();
    }

    private void make(int owners) {
        IntStream.range(0, owners).forEach(i -> workloads.apply(Workloads.isolated("web-" + i, 1)));
        IntStream.range(0, owners).forEach(i -> workloads.awaitRunning("web-" + i, 1));
    }

    private void heldUntilAllowed(int owners) {
        spent = true;
        await("the Event")
                .until(() -> !held().isEmpty()); // a client asks again for a kind that was missing, after 32 s at most
        var event = held().getLast();
        assertThat(event.getType()).isEqualTo("Warning");
        assertThat(event.getMessage())
                .contains("kubectl annotate namespace mayfly-system " + PERMISSION + "=" + owners);
        await("nothing is swept").atMost(SOON).during(SWEEPS).until(() -> running() == owners);
        assertThat(held()).as("reported once").hasSize(1);

        annotate(Integer.toString(owners));

        await("all are swept").atMost(SOON).until(() -> running() == 0);
    }

    private long running() {
        return IntStream.range(0, 6)
                .map(i -> workloads.running("web-" + i).size())
                .sum();
    }

    private List<Event> held() {
        return client.v1().events().inNamespace("mayfly-system").list().getItems().stream()
                .filter(event -> event.getReason().equals("OrphansHeld"))
                .toList();
    }

    private void forceAway() {
        stripFinalizers();
        client.resources(EphemeralWorkload.class)
                .inNamespace(workloads.namespace())
                .delete();
    }

    private void stripFinalizers() {
        IntStream.range(0, 6).forEach(i -> workloads.stripFinalizers("web-" + i));
    }

    private CustomResourceDefinition crd() {
        return client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(CRD)
                .get();
    }

    private void annotate(String value) {
        client.namespaces().withName("mayfly-system").edit(namespace -> {
            var annotations = namespace.getMetadata().getAnnotations();
            if (value == null) {
                annotations.remove(PERMISSION);
            } else {
                annotations.put(PERMISSION, value);
            }
            return namespace;
        });
    }
}
