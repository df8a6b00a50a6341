package dev.mayfly.e2e.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mayfly.node.kubelet.Certificates;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetricsBuilder;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetricsListBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Stands for metrics-server: an aggregated API with the CPU of one namespace's Pods, of which it knows nothing but what their node's
 * {@code /stats/summary} counts. It looks there every second.
 */
final class MetricsApi implements AutoCloseable {
    private static final String PATH = "/apis/metrics.k8s.io/v1beta1";
    private static final String SELECTOR = "labelSelector=";

    /** Of metrics-server, as {@code deploy/local/metrics-server.sh} has it. */
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Service
            metadata: {name: metrics, namespace: %1$s}
            spec: {ports: [{name: https, port: 443, targetPort: %3$d}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: metrics-1, namespace: %1$s, labels: {kubernetes.io/service-name: metrics}}
            addressType: IPv4
            ports: [{name: https, port: %3$d, protocol: TCP}]
            endpoints: [{addresses: ["%2$s"], conditions: {ready: true}}]
            ---
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: {name: v1beta1.metrics.k8s.io}
            spec:
              group: metrics.k8s.io
              version: v1beta1
              groupPriorityMinimum: 100
              versionPriority: 100
              insecureSkipTLSVerify: true
              service: {name: metrics, namespace: %1$s, port: 443}
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, CpuTime> before = new HashMap<>();
    private final Map<String, PodMetrics> measured = new ConcurrentHashMap<>();
    private final String namespace;
    private final String node;
    private final HttpsServer server;
    private final List<HasMetadata> registration;

    /** CPU time that a Pod's only container has used since its start. */
    private record CpuTime(String container, long nanos, Instant at) {
        static CpuTime of(JsonNode pod) {
            var container = pod.at("/containers/0");
            return new CpuTime(
                    container.path("name").asText(),
                    container.at("/cpu/usageCoreNanoSeconds").asLong(),
                    Instant.parse(container.at("/cpu/time").asText()));
        }
    }

    /** @param address of this machine, at which the API server reaches it */
    MetricsApi(String namespace, String node, String address) throws Exception {
        this.namespace = namespace;
        this.node = node;
        var authority = new Certificates("metrics");
        server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.context(authority.issue("CN=metrics", address))));
        server.createContext(PATH, exchange -> answer(exchange, resources()));
        server.createContext(PATH + "/namespaces/" + namespace + "/pods", exchange -> answer(exchange, pods(exchange)));
        server.start();
        var manifest =
                MANIFEST.formatted(namespace, address, server.getAddress().getPort());
        registration = Cluster.client()
                .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .items();
        registration.forEach(
                each -> Cluster.client().resource(each).forceConflicts().serverSideApply());
        looks.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            var summary = Cluster.client().raw("/api/v1/nodes/" + node + "/proxy/stats/summary");
            json.readTree(summary).path("pods").forEach(this::add);
        } catch (IOException | RuntimeException unanswered) { // otherwise nobody would look again
            System.out.println("No figures of node " + node + ": " + unanswered);
        }
    }

    private void add(JsonNode pod) {
        var name = pod.at("/podRef/name").asText();
        var now = CpuTime.of(pod);
        var then = before.putIfAbsent(name, now);
        if (then != null && now.at().isAfter(then.at())) { // else the node has not measured again
            before.put(name, now);
            measured.put(name, metrics(name, then, now));
        }
    }

    private PodMetrics metrics(String name, CpuTime then, CpuTime now) {
        var window = Duration.between(then.at(), now.at());
        var seconds = (double) window.toNanos() / TimeUnit.SECONDS.toNanos(1);
        var nanocores = Math.round((now.nanos() - then.nanos()) / seconds);
        return new PodMetricsBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withTimestamp(now.at().toString())
                .withWindow(new io.fabric8.kubernetes.api.model.Duration(window))
                .addNewContainer()
                .withName(now.container())
                .addToUsage("cpu", new Quantity(Long.toString(nanocores), "n"))
                .endContainer()
                .build();
    }

    private static Object resources() {
        return new APIResourceListBuilder()
                .withGroupVersion("metrics.k8s.io/v1beta1")
                .addNewResource()
                .withName("pods")
                .withSingularName("")
                .withKind("PodMetrics")
                .withNamespaced(true)
                .withVerbs("get", "list")
                .endResource()
                .build();
    }

    /** Of the Pods that the request selects, as far as they were measured. */
    private Object pods(HttpExchange request) {
        var query = Optional.ofNullable(request.getRequestURI().getQuery()).orElse("");
        var selector = Stream.of(query.split("&"))
                .filter(each -> each.startsWith(SELECTOR))
                .map(each -> each.substring(SELECTOR.length()))
                .findFirst()
                .orElse("");
        var selected = Cluster.client()
                .pods()
                .inNamespace(namespace)
                .withLabelSelector(selector)
                .list()
                .getItems();
        return new PodMetricsListBuilder()
                .withItems(selected.stream()
                        .map(pod -> measured.get(pod.getMetadata().getName()))
                        .filter(Objects::nonNull)
                        .toList())
                .build();
    }

    private static void answer(HttpExchange exchange, Object answer) throws IOException {
        try (exchange) {
            var body = Serialization.asJson(answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        registration.reversed().forEach(each -> Cluster.client().resource(each).delete());
        looks.shutdownNow();
        server.stop(0);
    }
}
