package dev.mayfly.testing;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_OK;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An API server that gives a test's answers, for moments in which the real one can't be caught. It has the namespace kube-system. */
public final class AnsweringApiServer implements AutoCloseable {
    /** An answer that refuses the request. */
    public static final Status FORBIDDEN =
            new StatusBuilder().withStatus("Failure").withCode(HTTP_FORBIDDEN).build();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final KubernetesClient client;
    private final Function<Request, Object> answers;

    /** @param query empty without one */
    public record Request(String method, String path, String query, String body) {}

    /** @param answers objects that are answered as JSON, a Status with its code; called on a thread of each request, and may block */
    public AnsweringApiServer(Function<Request, Object> answers) throws IOException {
        this.answers = answers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        client = clientOf(server);
    }

    /** A client of a server of a test's own making. */
    public static KubernetesClient clientOf(HttpServer server) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build();
    }

    public KubernetesClient client() {
        return client;
    }

    private void answer(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        var request = new Request(
                exchange.getRequestMethod(),
                uri.getPath(),
                uri.getQuery() == null ? "" : uri.getQuery(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var object = request.path().endsWith("/kube-system")
                ? new NamespaceBuilder()
                        .withNewMetadata()
                        .withUid("uid")
                        .endMetadata()
                        .build()
                : answers.apply(request);
        var json = Serialization.asJson(object).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(object instanceof Status refusal ? refusal.getCode() : HTTP_OK, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
