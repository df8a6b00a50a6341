package dev.mayfly.runtime.pods;

import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeUnderTest.Stranger;
import dev.mayfly.runtime.RuntimeUnderTest.Trouble;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The Pods of one namespace, and their runtime, whose way to the API server can be cut. */
final class PodsUnderTest implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    /** Longer than a cut request is tried again, and than events take. */
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final String namespace;
    /** The runtime's way to the API server. */
    private final EngineProxy way;

    private final KubernetesClient cut;
    private final PodsRuntime runtime;

    /** @param client the test's own. @param runtime makes it with a client whose way can be cut */
    PodsUnderTest(KubernetesClient client, String namespace, Function<KubernetesClient, PodsRuntime> runtime) {
        this.client = client;
        this.namespace = namespace;
        var server = URI.create(client.getConfiguration().getMasterUrl());
        way = EngineProxy.before(new InetSocketAddress(server.getHost(), server.getPort()));
        var config = new ConfigBuilder(client.getConfiguration())
                .withMasterUrl("https://" + server.getHost() + ":" + way.port())
                .withConnectionTimeout((int) CALL_TIMEOUT.toMillis())
                .withRequestTimeout((int) CALL_TIMEOUT.toMillis())
                .build();
        cut = new KubernetesClientBuilder().withConfig(config).build();
        this.runtime = runtime.apply(cut);
        this.runtime.start(Set.of(namespace));
    }

    PodsRuntime runtime() {
        await().until(runtime::isConnected);
        return runtime;
    }

    /** Deletes the replica's Pod by force. */
    void vanish(ReplicaId id) {
        client.pods()
                .inNamespace(namespace)
                .withName(PodMarks.name(id))
                .withGracePeriod(0)
                .delete();
    }

    int running(OwnerId owner) {
        return (int)
                client
                        .pods()
                        .inNamespace(namespace)
                        .withLabel(Ownership.OWNER_UID, owner.uid())
                        .list()
                        .getItems()
                        .stream()
                        .filter(PodsUnderTest::runs)
                        .count();
    }

    private static boolean runs(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && "Running".equals(pod.getStatus().getPhase());
    }

    /** It has the replica's labels, annotations and owner, as a debugging copy may, and another name. */
    Stranger stranger(ReplicaId like) {
        var ours = client.pods()
                .inNamespace(namespace)
                .withName(PodMarks.name(like))
                .require();
        var marks = ours.getMetadata();
        var stranger = client.resource(new PodBuilder(ours)
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("stranger-" + marks.getName())
                .withLabels(marks.getLabels())
                .withAnnotations(marks.getAnnotations())
                .withOwnerReferences(marks.getOwnerReferences())
                .endMetadata()
                .editSpec()
                .withNodeName(null)
                .endSpec()
                .withStatus(null)
                .build());
        var uid = stranger.create().getMetadata().getUid();
        var there = new Stranger(
                () -> Optional.ofNullable(stranger.get())
                        .filter(pod -> pod.getMetadata().getUid().equals(uid) && runs(pod))
                        .isPresent(),
                () -> stranger.withGracePeriod(0).delete());
        await().until(() -> there.runs().getAsBoolean());
        return there;
    }

    /** Late events are those of the Pods as they were before, once more. */
    void during(Trouble trouble, Runnable meanwhile) {
        var before = client.pods().inNamespace(namespace).list().getItems();
        way.mode(
                switch (trouble) {
                    case CUT -> Mode.REFUSE;
                    case STALLED -> Mode.SILENT;
                    case LATE_EVENTS -> Mode.PASS;
                });
        try {
            meanwhile.run();
            var unanswered = trouble == Trouble.STALLED ? CALL_TIMEOUT : Duration.ZERO;
            await().pollDelay(unanswered.plus(A_WHILE)).until(() -> true);
        } finally {
            way.mode(Mode.PASS);
        }
        if (trouble == Trouble.LATE_EVENTS) {
            before.forEach(runtime.listener()::seen);
        }
    }

    /** Before the client is closed. */
    @Override
    public void close() {
        runtime.close();
        cut.close();
        way.close();
    }
}
