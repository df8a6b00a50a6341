package dev.mayfly.node.activator;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.ContainerRuntime.ClientConnections;
import dev.mayfly.testing.engine.AddressedContainers;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Services and slices, and replicas at the loopback address whose connections the test sets. */
final class FakeCluster implements SliceStore, AddressedContainers, ClientConnections {
    final Map<String, Service> services = new ConcurrentHashMap<>();
    final Map<String, EndpointSlice> slices = new ConcurrentHashMap<>();
    volatile boolean leadsElsewhere;
    volatile boolean nameTaken;
    /** Happens before a slice is written. */
    volatile Runnable beforeWrite = () -> {};
    /** True: the watch has shown no slice yet. */
    volatile boolean late;
    /** Deletions that the API server does not answer. */
    final AtomicInteger silences = new AtomicInteger();

    volatile boolean seen = true;
    volatile long accepted;
    volatile boolean open;
    /** Connections that the replicas have not accepted. */
    volatile IntSupplier queued = () -> 0;

    volatile boolean reachable = true;
    volatile InetAddress replicas = InetAddress.getLoopbackAddress();

    /** @param target port of the replicas */
    FakeCluster(int target) {
        serve("app", "web", target);
    }

    /** The replicas' queue is that of the listener at this port of the loopback address. */
    void queueAt(int port) {
        queued = () -> backlog(port);
    }

    /** Connections to a listener on the loopback address that it has not accepted: its receive queue (Linux, proc_net_tcp). */
    private static int backlog(int port) {
        var listener = Pattern.compile("0100007F:%04X 0+:0000 0A [0-9A-F]+:([0-9A-F]+) ".formatted(port));
        return Stream.of("tcp", "tcp6")
                .flatMap(FakeCluster::sockets)
                .flatMap(socket -> listener.matcher(socket).results())
                .mapToInt(found -> Integer.parseInt(found.group(1), 16))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> sockets(String protocol) {
        try {
            return Files.readAllLines(Path.of("/proc/net", protocol)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void serve(String label, String value, int target) {
        services.put(
                "web",
                new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("10.96.0.7")
                        .withSelector(Map.of(label, value))
                        .addNewPort()
                        .withName("http")
                        .withPort(80)
                        .withNewTargetPort(target)
                        .endPort()
                        .endSpec()
                        .build());
    }

    /** Where the Service leads to the activator; empty: nowhere. */
    Optional<Integer> port() {
        return slices.values().stream()
                .findFirst()
                .map(slice -> slice.getPorts().getFirst().getPort());
    }

    @Override
    public void watch(BiConsumer<String, String> changed) {}

    @Override
    public Optional<Service> service(String namespace, String name) {
        return Optional.ofNullable(services.get(name));
    }

    @Override
    public Optional<EndpointSlice> own(String namespace, String name) {
        return Optional.ofNullable(slices.get(name)).filter(slice -> !late);
    }

    @Override
    public List<EndpointSlice> own() {
        return List.copyOf(slices.values());
    }

    @Override
    public boolean leadsElsewhere(String namespace, String service) {
        return leadsElsewhere;
    }

    @Override
    public void write(EndpointSlice slice) throws NameTaken {
        beforeWrite.run();
        if (nameTaken) {
            throw new NameTaken();
        }
        slices.put(slice.getMetadata().getName(), slice);
    }

    @Override
    public void delete(EndpointSlice slice) {
        if (silences.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("no answer");
        }
        slices.remove(slice.getMetadata().getName());
    }

    @Override
    public void close() {}

    @Override
    public Optional<View> of(ReplicaId replica) {
        return Optional.of(new View() {
            @Override
            public Optional<Clients> read(Set<Integer> ports) {
                return seen ? Optional.of(new Clients(accepted, open, queued.getAsInt())) : Optional.empty();
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public Optional<InetAddress> address(ReplicaId replica) {
        return Optional.of(replicas).filter(known -> reachable);
    }

    @Override
    public Optional<String> containerId(ReplicaId replica) {
        return Optional.of(replica.replica());
    }
}
