package dev.mayfly.bench.zero;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * One workload that goes to zero, and its Service. Without a kube-proxy, which the system property {@code mayfly.bench.direct}
 * says, clients connect to the address to which one would lead them.
 */
final class ZeroWorkload implements AutoCloseable {
    private static final String NAME = "bench-zero";
    private static final int IDLE_SECONDS = 10;
    private static final int TIMEOUT_MILLIS = 90_000;
    private static final boolean DIRECT = Boolean.getBoolean("mayfly.bench.direct");

    private final KubernetesClient kubernetes;
    private InetSocketAddress address;

    ZeroWorkload(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
        delete();
        kubernetes
                .resource(read("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s, namespace: default}
                spec:
                  replicas: 0
                  scaleToZero: {idleSeconds: %d}
                  template:
                    metadata: {labels: {app: %s}}
                    image: busybox:1.36
                    command: [sh, -c, "mkdir /tmp/www && echo here >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"]
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                    terminationGracePeriodSeconds: 1
                """.formatted(NAME, IDLE_SECONDS, NAME), EphemeralWorkload.class))
                .create();
        var service = kubernetes
                .resource(read("""
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s, namespace: default}
                        spec: {selector: {app: %s}, ports: [{port: 80, targetPort: 8080}]}
                        """.formatted(NAME, NAME), Service.class))
                .create();
        address = new InetSocketAddress(service.getSpec().getClusterIP(), 80);
    }

    private <T> T read(String yaml, Class<T> type) {
        return kubernetes.getKubernetesSerialization().unmarshal(yaml, type);
    }

    /** From no replica to one, without a client. @return time until the status says that it is ready */
    Duration start() {
        patch("{\"spec\": {\"replicas\": 0}}");
        await("none", status -> status.replicas() == 0 && status.terminatingReplicas() == 0);
        var start = System.nanoTime();
        patch("{\"spec\": {\"replicas\": 1}}");
        workload()
                .waitUntilCondition(
                        seen -> seen.getStatus() != null
                                && Integer.valueOf(1).equals(seen.getStatus().readyReplicas()),
                        TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    void pool(int size) {
        patch("{\"spec\": {\"warm\": {\"size\": %d}}}".formatted(size));
    }

    /** Waits until it is at zero with that many warm replicas, and the last one is gone. */
    void awaitZero(int warm) {
        await(
                "zero",
                status -> status.idleStartTime() != null
                        && status.replicas() == 0
                        && status.terminatingReplicas() == 0
                        && (status.warmReplicas() == null ? 0 : status.warmReplicas()) == warm);
        if (DIRECT) {
            address = activator();
        }
    }

    private InetSocketAddress activator() {
        var slice = kubernetes
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace("default")
                .withName(NAME + "-mayfly-activator")
                .get();
        return new InetSocketAddress(
                slice.getEndpoints().getFirst().getAddresses().getFirst(),
                slice.getPorts().getFirst().getPort());
    }

    /** @return time from the request for a connection until the first byte of the answer */
    Duration firstByte() throws IOException {
        var start = System.nanoTime();
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address, TIMEOUT_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var first = socket.getInputStream().readNBytes(1);
            var time = Duration.ofNanos(System.nanoTime() - start);
            var answer = new String(first, StandardCharsets.US_ASCII)
                    + new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!answer.endsWith("here\n")) { // somebody else answered, or nobody
                throw new IOException("no replica's answer: " + answer);
            }
            return time;
        }
    }

    private void await(String what, Predicate<EphemeralWorkloadStatus> reached) {
        Awaitility.await(what)
                .atMost(Duration.ofMillis(TIMEOUT_MILLIS))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    var status = workload().get().getStatus();
                    return status != null && reached.test(status);
                });
    }

    private void patch(String json) {
        workload().patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    private Resource<EphemeralWorkload> workload() {
        return kubernetes
                .resources(EphemeralWorkload.class)
                .inNamespace("default")
                .withName(NAME);
    }

    @Override
    public void close() {
        delete();
    }

    private void delete() {
        kubernetes.services().inNamespace("default").withName(NAME).delete();
        workload().delete();
        Awaitility.await("it is gone")
                .atMost(Duration.ofMillis(TIMEOUT_MILLIS))
                .until(() -> workload().get() == null);
    }
}
