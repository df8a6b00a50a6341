package dev.mayfly.operator.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.config.Configs;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.claim.ClaimHolds.ClaimFinalizer;
import dev.mayfly.operator.claim.ClaimHolds.ClaimKey;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Runtimes;
import dev.mayfly.testing.AnsweringApiServer;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workloads share a claim, while the API server holds back one of its answers. */
class ClaimHoldsTest {
    private static final OwnerId WEB = new OwnerId("EphemeralWorkload", "shop", "web", "uid-web");
    private static final OwnerId OTHER = new OwnerId("EphemeralWorkload", "shop", "other", "uid-other");

    private enum Request {
        READ,
        PUT,
        REMOVE
    }

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile Request heldBack;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private AnsweringApiServer server;
    private KubernetesClient client;
    private String installation;
    private ClaimHolds holds;

    @BeforeEach
    void serve() throws IOException {
        server = new AnsweringApiServer(this::answer);
        client = server.client();
        var config = Configs.of(Map.of());
        var identity = new ClusterIdentity(client, config);
        installation = identity.id();
        holds = new ClaimHolds(
                client,
                new ClaimFinalizer(client, identity),
                new Runtimes(Map.of()),
                new ClaimVolumes(client, new EngineNode(client, config)));
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        server.close();
        threads.shutdownNow();
    }

    @Test
    void aUseOfAProtectedClaimDoesNotWaitForAReleaseWhichSparesIt() throws Exception {
        use(WEB).get(30, TimeUnit.SECONDS);
        var leaving = leaveUntil(Request.READ);

        use(OTHER).get(30, TimeUnit.SECONDS);
        goOn.countDown();
        leaving.get(30, TimeUnit.SECONDS);

        assertThat(requests).containsExactly(Request.PUT, Request.READ);
    }

    @Test
    void aUseDuringTheRemovalOfTheFinalizerWaitsForItAndPutsItAgain() throws Exception {
        use(WEB).get(30, TimeUnit.SECONDS);
        var leaving = leaveUntil(Request.REMOVE);

        var use = use(OTHER);
        goOn.countDown();
        leaving.get(30, TimeUnit.SECONDS);
        use.get(30, TimeUnit.SECONDS);

        assertThat(requests).containsExactly(Request.PUT, Request.READ, Request.REMOVE, Request.PUT);
    }

    private CompletableFuture<Void> use(OwnerId owner) {
        var claim = claim();
        return CompletableFuture.runAsync(() -> holds.use(owner, Map.of(ClaimKey.of(claim), claim)), threads);
    }

    /** The first workload releases the claim; the API server does not answer that request yet. */
    private CompletableFuture<Void> leaveUntil(Request request) throws InterruptedException {
        heldBack = request;
        var leaving = CompletableFuture.runAsync(() -> holds.leave(WEB, Set.of()), threads);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        return leaving;
    }

    private PersistentVolumeClaim answer(AnsweringApiServer.Request asked) {
        var request = asked.method().equals("GET")
                ? Request.READ
                : asked.body().contains(ClaimFinalizer.NAME) ? Request.PUT : Request.REMOVE;
        requests.add(request);
        if (request == heldBack) {
            holdBack();
        }
        return claim();
    }

    private void holdBack() {
        arrived.countDown();
        try {
            goOn.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private PersistentVolumeClaim claim() {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("kept")
                .withNamespace("shop")
                .withUid("uid-claim")
                .withFinalizers(ClaimFinalizer.NAME)
                .withManagedFields(new ManagedFieldsEntryBuilder()
                        .withManager("mayfly-in-use-" + installation)
                        .build())
                .endMetadata()
                .build();
    }
}
