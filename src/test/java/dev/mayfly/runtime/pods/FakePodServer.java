package dev.mayfly.runtime.pods;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** An API server with Pods alone, which breaks off or refuses what a test says. */
final class FakePodServer implements AutoCloseable {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    /** By name. */
    final Map<String, Pod> pods = new ConcurrentHashMap<>();
    /** By name. */
    final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    /** Requests that change something: method and body. */
    final List<String> changes = new CopyOnWriteArrayList<>();
    /** Names of Pods whose deletion was requested. They stay until a test takes them away. */
    final Set<String> deleted = ConcurrentHashMap.newKeySet();
    /** Answers to the next creations: a code and a message; 0: none, but the Pod is created. Empty: they succeed. */
    final Queue<Map.Entry<Integer, String>> creations = new ConcurrentLinkedQueue<>();

    /** How many of each name were created: a UID is not used again. */
    private final Map<String, Integer> names = new ConcurrentHashMap<>();

    /** How long its refusals ask to wait; 0: they say nothing of it. */
    volatile int retryAfterSeconds;

    volatile String accessMode = "ReadWriteOnce";
    /** When each came. */
    private final List<Long> requests = new CopyOnWriteArrayList<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final KubernetesClient client;

    FakePodServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
    }

    KubernetesClient client() {
        return client;
    }

    /** From each request to the next. */
    List<Duration> pauses() {
        return IntStream.range(1, requests.size())
                .mapToObj(next -> Duration.ofNanos(requests.get(next) - requests.get(next - 1)))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(System.nanoTime());
            var path = exchange.getRequestURI().getPath();
            var name = path.substring(path.lastIndexOf('/') + 1);
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!exchange.getRequestMethod().equals("GET")) {
                changes.add(exchange.getRequestMethod() + " " + body);
            }
            if (path.contains("/persistentvolumeclaims/")) {
                send(
                        exchange,
                        200,
                        new PersistentVolumeClaimBuilder()
                                .withNewSpec()
                                .withAccessModes(accessMode)
                                .endSpec()
                                .build());
            } else if (path.contains("/secrets/") && secrets.containsKey(name)) {
                send(exchange, 200, secrets.get(name));
            } else if (exchange.getRequestMethod().equals("POST")) {
                create(exchange, JSON.unmarshal(body, Pod.class));
            } else if (exchange.getRequestMethod().equals("DELETE") && pods.containsKey(name)) {
                deleted.add(name);
                send(exchange, 200, pods.get(name));
            } else if (pods.containsKey(name)) {
                send(exchange, 200, pods.get(name));
            } else {
                refuse(exchange, 404, "not found");
            }
        }
    }

    private void create(HttpExchange exchange, Pod asked) throws IOException {
        var scripted = creations.poll();
        var name = asked.getMetadata().getName();
        var made = new PodBuilder(asked)
                .editMetadata()
                .withUid("uid-of-" + name + "again".repeat(names.merge(name, 1, Integer::sum) - 1))
                .withCreationTimestamp("2026-01-01T12:00:00Z")
                .endMetadata()
                .build();
        if (scripted != null && scripted.getKey() == 0) {
            pods.putIfAbsent(name, made); // and no answer
        } else if (scripted != null) {
            refuse(exchange, scripted.getKey(), scripted.getValue());
        } else if (pods.putIfAbsent(name, made) == null) {
            send(exchange, 201, made);
        } else {
            refuse(exchange, 409, "already exists");
        }
    }

    private void refuse(HttpExchange exchange, int code, String message) throws IOException {
        var status = new StatusBuilder().withStatus("Failure").withCode(code).withMessage(message);
        if (retryAfterSeconds > 0) {
            exchange.getResponseHeaders().add("Retry-After", "" + retryAfterSeconds);
            status.withNewDetails().withRetryAfterSeconds(retryAfterSeconds).endDetails();
        }
        send(exchange, code, status.build());
    }

    private static void send(HttpExchange exchange, int code, Object object) throws IOException {
        var json = JSON.asJson(object).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, json.length);
        exchange.getResponseBody().write(json);
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
