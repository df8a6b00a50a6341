package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Lifecycle;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.probe.Prober.Question;
import dev.mayfly.probe.Prober.Target;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract against a real API server, with a stand-in for scheduler and kubelet. */
@Tag("cluster")
class PodsRuntimeContractTest extends ContainerRuntimeContract {
    private static final PodsSettings SETTINGS = settings(UUID.randomUUID().toString());
    private static KubernetesClient client;
    private static String namespace;
    private static StandInKubelet kubelet;
    private static PodsUnderTest pods;

    static PodsSettings settings(String cluster) {
        return new PodsSettings(cluster, Duration.ofSeconds(10), 8, Set.of(), true, false, () -> true);
    }

    @BeforeAll
    static void start() {
        client = Cluster.client();
        namespace = Cluster.namespace("pods");
        Cluster.awaitAccount(namespace);
        kubelet = new StandInKubelet(client, SETTINGS.cluster());
        pods = new PodsUnderTest(
                client,
                namespace,
                way -> new PodsRuntime(SETTINGS, way, new StandInCommands(), InstantSource.system()));
    }

    @AfterAll
    static void stop() {
        pods.close();
        kubelet.close();
        client.namespaces().withName(namespace).delete();
    }

    @Override
    protected OwnerId owner() {
        return workload(client, namespace);
    }

    /** A resource that exists: the Pods of others are garbage. */
    static OwnerId workload(KubernetesClient client, String namespace) {
        var workload = new GenericKubernetesResourceBuilder()
                .withApiVersion("mayfly.dev/v1alpha1")
                .withKind("EphemeralWorkload")
                .withNewMetadata()
                .withNamespace(namespace)
                .withGenerateName("web-")
                .endMetadata()
                .withAdditionalProperties(Map.of("spec", Map.of("replicas", 0, "template", Map.of("image", "web"))))
                .build();
        GenericKubernetesResource made = client.resource(workload).create();
        return new OwnerId(
                made.getKind(),
                namespace,
                made.getMetadata().getName(),
                made.getMetadata().getUid());
    }

    @Override
    protected ContainerRuntime runtime() {
        return pods.runtime();
    }

    @Override
    protected Template runsForEver() {
        return Samples.template("web").withLifecycle(new Lifecycle(Duration.ofSeconds(1), Optional.empty(), ""));
    }

    @Override
    protected void kill(ReplicaId id) {
        kubelet.exit(namespace, PodMarks.name(id), 137);
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

    /** Commands without containers. */
    static final class StandInCommands implements Commands, AutoCloseable {
        @Override
        public Question question(Target target, List<String> command, Duration timeout) {
            return then -> then.accept(command.equals(List.of("true")) ? Answer.SUCCESS : Answer.failure("no"));
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
