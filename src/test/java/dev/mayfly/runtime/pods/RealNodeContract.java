package dev.mayfly.runtime.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Lifecycle;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The contract on a cluster with a real node, that of {@code KUBECONFIG}, whose containerd answers at the address in the
 * system property {@code mayfly.test.containerd}. No part of the unit tests: deploy/local/contract.sh runs it.
 */
class RealNodeContract extends ContainerRuntimeContract {
    private static final String NAMESPACE = "pods-contract";
    private static KubernetesClient client;
    private static PodsUnderTest pods;

    @BeforeAll
    static void start() {
        client = new KubernetesClientBuilder().build();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
        client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName("default")
                .waitUntilCondition(account -> account != null, 3, TimeUnit.MINUTES);
        var settings = PodsRuntimeContractTest.settings(UUID.randomUUID().toString());
        pods = new PodsUnderTest(client, NAMESPACE, way -> new PodsRuntime(settings, way, InstantSource.system()));
    }

    @AfterAll
    static void stop() {
        pods.close();
        client.namespaces().withName(NAMESPACE).delete();
        client.close();
    }

    @Override
    protected OwnerId owner() {
        return PodsRuntimeContractTest.workload(client, NAMESPACE);
    }

    @Override
    protected ContainerRuntime runtime() {
        return pods.runtime();
    }

    @Override
    protected Template runsForEver() {
        return Samples.template("busybox:1.36")
                .withProcess(process -> process.withCommand(UNTIL_TERM))
                .withLifecycle(new Lifecycle(Duration.ofSeconds(1), Optional.empty(), ""));
    }

    @Override
    protected void kill(ReplicaId id) {
        var container = client.pods()
                .inNamespace(NAMESPACE)
                .withName(PodMarks.name(id))
                .get()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getContainerID()
                .substring("containerd://".length());
        try {
            new ProcessBuilder(
                            "ctr",
                            "-a",
                            System.getProperty("mayfly.test.containerd"),
                            "-n",
                            "k8s.io",
                            "tasks",
                            "kill",
                            "-s",
                            "SIGKILL",
                            container)
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void vanish(ReplicaId id) {
        pods.vanish(id);
    }

    @Override
    protected int runningContainers(OwnerId of) {
        return pods.running(of);
    }

    @Override
    protected Stranger stranger(ReplicaId like) {
        return pods.stranger(like);
    }

    @Override
    protected void during(Trouble trouble, Runnable meanwhile) {
        pods.during(trouble, meanwhile);
    }

    @Override
    protected Instant now() {
        return Instant.now();
    }

    @Test
    void aStopIsGracefulAndItsExitIsReported() {
        var id = new ReplicaId(PodsRuntimeContractTest.workload(client, NAMESPACE), 0, 1);
        launch(id, shell("trap 'exit 7' TERM; while true; do sleep 0.1; done"));
        await(id, Phase.RUNNING);

        pods.runtime().remove(new Removal(id, Duration.ofSeconds(10), Cause.SCALE_DOWN));

        Awaitility.await().until(() -> observed(id).isEmpty());
        var end = pods.runtime()
                .terminations()
                .orElseThrow()
                .terminations(id.owner())
                .getFirst();
        assertThat(end.reason()).isEqualTo(Termination.STOPPED);
        assertThat(end.exit().map(Exit::code)).contains(7);
    }

    @Test
    void anImageThatIsNowhereIsAFailedStartThatTheKubeletGivesUp() {
        var id = new ReplicaId(PodsRuntimeContractTest.workload(client, NAMESPACE), 0, 1);

        launch(id, shell("true").withImage(image -> image.withReference("127.0.0.1:1/nothing:1")));

        await(id, Phase.ENDED);
        assertThat(failure(id).reason()).isIn("ErrImagePull", "ImagePullBackOff");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> "Failed".equals(pod(id).get().getStatus().getPhase()));
        assertThat(failure(id).reason()).isIn("ErrImagePull", "ImagePullBackOff");
        removeNow(id);
    }

    @Test
    void memoryBeyondTheLimitIsReported() {
        var id = new ReplicaId(PodsRuntimeContractTest.workload(client, NAMESPACE), 0, 1);

        launch(
                id,
                shell("head -c 200m /dev/zero | tail")
                        .withResources(new Template.Resources(new Requests(10, 16 << 20), 0, 32 << 20)));

        await(id, Phase.ENDED);
        assertThat(failure(id).reason()).isEqualTo("OOMKilled");
        removeNow(id);
    }

    @Test
    void anEvictionIsNoFailureOfTheReplica() {
        var id = new ReplicaId(PodsRuntimeContractTest.workload(client, NAMESPACE), 0, 1);
        launch(id, runsForEver());
        await(id, Phase.RUNNING);

        assertThat(pod(id).evict()).isTrue();

        await(id, Phase.LOST);
        assertThat(failure(id)).isEqualTo(Outcome.POD_DELETED);
        removeNow(id);
    }

    private static Template shell(String script) {
        return Samples.template("busybox:1.36")
                .withProcess(process -> process.withCommand(List.of("sh", "-c", script)))
                .withLifecycle(new Lifecycle(Duration.ofSeconds(10), Optional.empty(), ""));
    }

    private static void launch(ReplicaId id, Template template) {
        pods.runtime().launch(new Launch(id, "v1", template, 0, 0, Instant.now(), Priority.SCALE));
    }

    private static PodResource pod(ReplicaId id) {
        return client.pods().inNamespace(NAMESPACE).withName(PodMarks.name(id));
    }

    private static Optional<Replica> observed(ReplicaId id) {
        return pods.runtime().observe(id.owner(), Instant.now()).find(id);
    }

    private static Failure failure(ReplicaId id) {
        return observed(id).orElseThrow().outcome().failure().orElseThrow();
    }

    private static void await(ReplicaId id, Phase phase) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> observed(id).map(Replica::phase).equals(Optional.of(phase)));
    }

    private static void removeNow(ReplicaId id) {
        pods.runtime().remove(new Removal(id, Duration.ZERO, Cause.SCALE_DOWN));
        Awaitility.await().until(() -> observed(id).isEmpty());
    }
}
