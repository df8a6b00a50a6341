package dev.mayfly.e2e.node;

import dev.mayfly.operator.cluster.Lists;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** A client of a Service where no kube-proxy is: it connects as one leads it, to any ready endpoint of all slices. */
final class ServiceClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 90_000;

    private final Supplier<List<EndpointSlice>> slices;
    private final AutoCloseable watch;

    /** Follows the Service's slices, as a kube-proxy does. */
    ServiceClient(KubernetesClient client, String namespace, String service) {
        var informer = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service)
                .inform();
        slices = () -> informer.getStore().list();
        watch = informer::stop;
    }

    /** Where connections may be led to now. */
    List<InetSocketAddress> endpoints() {
        return slices.get().stream()
                .flatMap(slice -> Lists.orEmpty(slice.getEndpoints()).stream()
                        .filter(endpoint ->
                                !Objects.equals(false, endpoint.getConditions().getReady()))
                        .flatMap(endpoint -> endpoint.getAddresses().stream())
                        .flatMap(address -> slice.getPorts().stream()
                                .map(EndpointPort::getPort)
                                .map(port -> new InetSocketAddress(address, port))))
                .toList();
    }

    /** Sends a request for a page and reads to the end. @return the reply's first line */
    String get(String page) throws IOException {
        var all = endpoints();
        if (all.isEmpty()) {
            throw new IOException("the Service leads nowhere");
        }
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(all.get(ThreadLocalRandom.current().nextInt(all.size())));
            socket.getOutputStream().write(("GET " + page + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            var reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return reply.lines().findFirst().orElseThrow(() -> new IOException("an empty reply"));
        }
    }

    @Override
    public void close() throws Exception {
        watch.close();
    }
}
