package dev.mayfly.operator.claim;

import static java.net.HttpURLConnection.HTTP_OK;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.config.Configs;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.claim.ClaimHolds.ClaimFinalizer;
import dev.mayfly.operator.claim.ClaimHolds.ClaimKey;
import dev.mayfly.operator.cluster.ClusterIdentity;
import dev.mayfly.runtime.Runtimes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
    private HttpServer server;
    private KubernetesClient client;
    private String installation;
    private ClaimHolds holds;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
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
        client.close();
        server.stop(0);
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

    private void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (exchange.getRequestURI().getPath().endsWith("/kube-system")) {
            answer(
                    exchange,
                    new NamespaceBuilder()
                            .withNewMetadata()
                            .withUid("uid")
                            .endMetadata()
                            .build());
            return;
        }
        var request = exchange.getRequestMethod().equals("GET")
                ? Request.READ
                : body.contains(ClaimFinalizer.NAME) ? Request.PUT : Request.REMOVE;
        requests.add(request);
        if (request == heldBack) {
            holdBack();
        }
        answer(exchange, claim());
    }

    private void holdBack() {
        arrived.countDown();
        try {
            goOn.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, HasMetadata object) throws IOException {
        var json = Serialization.asJson(object).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(HTTP_OK, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
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
