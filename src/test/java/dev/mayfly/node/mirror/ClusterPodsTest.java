package dev.mayfly.node.mirror;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.node.mirror.PodStatuses.Slot;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On a real API server: it takes the Pods of every template, and the steps of their statuses. */
@Tag("cluster")
class ClusterPodsTest {
    private static final String NODE = "no-such-node";
    private static final ContainerFacts FACTS =
            new ContainerFacts(Optional.of("docker://abc"), Optional.of("172.18.0.2"), true);
    private static final ContainerFacts NEXT =
            new ContainerFacts(Optional.of("docker://def"), Optional.of("172.18.0.3"), true);

    private final KubernetesClient client = Cluster.client();
    private final String namespace = Cluster.namespace("mirrors");
    private final ClusterPods store = new ClusterPods(client);

    @BeforeEach
    void awaitAccount() {
        Cluster.awaitAccount(namespace);
    }

    @AfterEach
    void letGo() {
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        client.namespaces().withName(namespace).delete();
    }

    static Stream<Templated> samples() throws IOException {
        try (var files = Files.list(Path.of("deploy/samples"))) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .flatMap(file -> read(file).stream())
                    .toList()
                    .stream();
        }
    }

    private static List<Templated> read(Path file) {
        try {
            return Stream.of(Files.readString(file).split("\n---\n"))
                    .flatMap(document -> templated(document).stream())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Optional<Templated> templated(String document) {
        if (document.contains("\nkind: EphemeralWorkload\n")) {
            return Optional.of(Serialization.unmarshal(document, EphemeralWorkload.class));
        }
        return document.contains("\nkind: EphemeralTask\n")
                ? Optional.of(Serialization.unmarshal(document, EphemeralTask.class))
                : Optional.empty();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void thePodsOfSamplesAreAccepted(Templated sample) {
        var pod = create(sample);

        assertThat(pod.getMetadata().getUid()).isNotEmpty();
        assertThat(pod.getSpec().getNodeName()).isEqualTo(NODE);
    }

    @Test
    void everyFieldOfATemplateIsAccepted() throws IOException {
        var spec =
                Files.readString(Path.of("src/test/resources/api/maximal.yaml")).replace("NAME-", "web-");
        var workload = MirrorFixture.resource(spec);

        assertThat(create(workload).getSpec().getContainers()).hasSize(1);
    }

    @Test
    void aHealIsAcceptedAndTheSameStatusIsTheSameWhenReadBack() {
        var workload = MirrorFixture.resource("template: {image: busybox}");
        var pod = create(workload);
        var first = ended(run(workload, pod, 1), 1);
        pod = show(pod, FACTS, run(workload, pod, 1));
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        pod = show(pod, FACTS, first);
        pod = show(pod, NEXT, first, run(workload, pod, 2));

        var container = pod.getStatus().getContainerStatuses().getFirst();
        assertThat(container.getRestartCount()).isEqualTo(1);
        assertThat(container.getLastState().getTerminated().getExitCode()).isEqualTo(1);
        assertThat(pod.getStatus().getPodIPs())
                .singleElement()
                .satisfies(ip -> assertThat(ip.getIp()).isEqualTo("172.18.0.3"));
        assertThat(status(pod, NEXT, first, run(workload, pod, 2))).isEqualTo(pod.getStatus());
    }

    @Test
    void anIndexThatFailsIsTriedAgainAndEnds() {
        var task = new EphemeralTask();
        task.setMetadata(MirrorFixture.resource("template: {image: busybox}").getMetadata());
        task.setSpec(
                Serialization.unmarshal("template: {image: busybox}", dev.mayfly.api.v1alpha1.EphemeralTaskSpec.class));
        var pod = create(task);
        var first = ended(run(task, pod, 1), 3);
        pod = show(pod, FACTS, first);
        pod = show(pod, NEXT, first, run(task, pod, 2));
        var last = ended(run(task, pod, 2), 0);
        pod = store.writeStatus(
                pod,
                PodStatuses.of(
                        pod, Slot.of(List.of(first, last)).orElseThrow(), NEXT, "172.17.0.1", true, false, NOON));

        assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
    }

    @Test
    void whoIsGoneIsNotWrittenAndAnotherPodOfTheNameIsSafe() {
        var workload = MirrorFixture.resource("template: {image: busybox}");
        var first = create(workload);
        store.delete(first);
        var second = create(workload);
        store.delete(first);

        assertThatThrownBy(() -> show(first, FACTS, run(workload, first, 1))).isInstanceOf(PodStore.Gone.class);
        assertThatThrownBy(() -> create(workload)).isInstanceOf(PodStore.NameTaken.class);
        assertThat(client.resource(second).get()).isNotNull();
    }

    @Test
    void aRefusalIsInTheServersWords() {
        var workload = MirrorFixture.resource("template: {image: busybox, ports: [{containerPort: 80, name: UPPER}]}");

        assertThatThrownBy(() -> create(workload))
                .isInstanceOf(PodStore.Refused.class)
                .hasMessageContaining("ports");
    }

    @Test
    void aStrangerFails() {
        var pod = create(MirrorFixture.resource("template: {image: busybox}"));
        var refused = store.writeStatus(pod, PodStatuses.refused(pod, NODE));

        assertThat(refused.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(refused.getStatus().getReason()).isEqualTo("NotAMirror");
    }

    private Pod create(Templated resource) {
        resource.getMetadata().setNamespace(namespace);
        resource.getMetadata().setUid("00000000-0000-0000-0000-000000000001");
        var desired = new SpecReader(Configs.of(Map.of())).unchecked(resource);
        var replica =
                replica(0, 1, desired.specRevision(), Phase.RUNNING).withId(new ReplicaId(Owners.of(resource), 0, 1));
        var wish = PodMapping.pod(resource, desired, replica, NODE);
        var pod = store.create(wish);
        assertThat(Admission.isChanged(wish, pod)).isFalse();
        return pod;
    }

    private Replica run(Templated resource, Pod pod, int attempt) {
        return replica(0, attempt, pod.getMetadata().getLabels().get(PodMapping.REVISION), Phase.RUNNING)
                .withId(new ReplicaId(Owners.of(resource), 0, attempt));
    }

    private static Replica ended(Replica replica, int code) {
        return replica.in(Phase.ENDED, NOON.plusSeconds(5))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(code, "")))
                        .withFailure(Optional.of(new Failure("Error", "exit code " + code))
                                .filter(failure -> code != 0)));
    }

    private Pod show(Pod pod, ContainerFacts facts, Replica... attempts) {
        return store.writeStatus(pod, status(pod, facts, attempts));
    }

    private static io.fabric8.kubernetes.api.model.PodStatus status(
            Pod pod, ContainerFacts facts, Replica... attempts) {
        return PodStatuses.of(pod, Slot.of(List.of(attempts)).orElseThrow(), facts, "172.17.0.1", false, false, NOON);
    }
}
