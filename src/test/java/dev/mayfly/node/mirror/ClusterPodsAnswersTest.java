package dev.mayfly.node.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.testing.AnsweringApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server whose first watch of Pods breaks, and which has another Pod with each list. */
class ClusterPodsAnswersTest {
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();
    private final Queue<String> patches = new ConcurrentLinkedQueue<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = server();
    private final KubernetesClient client = AnsweringApiServer.clientOf(server);
    private final ClusterPods store = new ClusterPods(client);

    @AfterEach
    void close() {
        store.close();
        client.close();
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aWatchThatBreaksGoesOn() {
        var first = store.watch("node", new PodStore.Listener() {
            @Override
            public void seen(Pod pod) {
                seen.add(pod.getMetadata().getName());
            }

            @Override
            public void gone(Pod last, boolean certain) {
                seen.remove(last.getMetadata().getName());
            }
        });

        assertThat(first).extracting(pod -> pod.getMetadata().getName()).contains("pod-1");
        await().untilAsserted(() -> assertThat(seen).contains("pod-2"));
    }

    @Test
    void anAddressThatIsNoMoreIsTakenAway() {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("web-0")
                .withUid("u")
                .endMetadata()
                .build();
        store.writeStatus(pod, new PodStatus());

        assertThat(patches)
                .singleElement()
                .satisfies(patch -> assertThat(patch).contains("\"podIP\":null", "\"podIPs\":null"));
    }

    private HttpServer server() {
        try {
            var started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            started.setExecutor(threads);
            started.createContext("/", this::answer);
            started.start();
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var isPods = path.endsWith("/pods");
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (exchange.getRequestMethod().equals("PATCH")) {
                patches.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                send(exchange, pod("web-0"));
            } else if (!String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
                var items = isPods ? pod("pod-" + lists.incrementAndGet()) : "";
                send(
                        exchange,
                        "{\"kind\": \"%s\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [%s]}"
                                .formatted(isPods ? "PodList" : "ServiceList", items));
            } else if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                send(exchange, "{}"); // no WebSocket
            } else {
                exchange.sendResponseHeaders(200, 0);
                if (isPods && watches.getAndIncrement() == 0) {
                    exchange.getResponseBody().write("no event\n".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                }
                over.await();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static String pod(String name) {
        return "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": {\"namespace\": \"default\", \"name\": \"%s\"}, \"spec\": {}}"
                .formatted(name);
    }

    private static void send(HttpExchange exchange, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
