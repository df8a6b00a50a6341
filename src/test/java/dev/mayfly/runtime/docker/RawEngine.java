package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.runtime.docker.engine.EngineWords;
import dev.mayfly.runtime.docker.image.LocalImage;
import dev.mayfly.runtime.docker.replica.ContainerBody;
import dev.mayfly.runtime.docker.volume.Scratch;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories;
import dev.mayfly.runtime.support.Stopping;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The Engine API driven as fast as it goes, with the create bodies that Mayfly sends: the yardstick. */
public final class RawEngine implements AutoCloseable {
    private static final String NETWORK = "mayfly-bench-raw";
    private static final OwnerId OWNER = new OwnerId("EphemeralWorkload", "default", "raw", "00000000-raw");

    private final Engine engine;
    private final DockerClient client;
    private final ContainerBody body;
    private final Template template;
    private final Scratch scratch;
    private final ConcurrentLinkedQueue<String> running = new ConcurrentLinkedQueue<>();

    public RawEngine(EngineSettings settings, Template template) {
        engine = new EngineConnector(settings).connect();
        client = engine.client();
        body = new ContainerBody(settings);
        this.template = template;
        this.scratch = Scratch.of(template, List.of(), ImageDirectories.NONE);
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Ownership.CLUSTER, settings.cluster()))
                .exec()
                .forEach(left -> engine.remove(left.getId())); // of a run that was cut off
        if (network().isEmpty()) {
            client.createNetworkCmd()
                    .withName(NETWORK)
                    .withDriver("bridge")
                    .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet("10.207.252.0/22")))
                    .exec();
        }
    }

    /** Creates and starts. @return how long it took until the last one ran */
    public Duration up(int replicas, int atOnce) {
        return timed(atOnce, IntStream.range(0, replicas).boxed().toList(), slot -> {
            var launch =
                    new Launch(new ReplicaId(OWNER, slot, 1), "raw", template, 0, 0, Instant.EPOCH, Priority.SCALE);
            var id = body.fill(
                            engine.create(template.image().reference()),
                            launch,
                            LocalImage.Config.NONE,
                            Stopping.DEFAULT,
                            List.of(),
                            scratch,
                            NETWORK,
                            engine.total().memoryBytes())
                    .exec()
                    .getId();
            engine.start(id);
            running.add(id);
        });
    }

    /** Freezes all. @return how long it took until the last one was frozen */
    public Duration pause(int atOnce) {
        return timed(atOnce, List.copyOf(running), engine::pause);
    }

    /** @return how long it took until the last one ran again */
    public Duration unpause(int atOnce) {
        return timed(atOnce, List.copyOf(running), engine::unpause);
    }

    /** Signals all, waits for the grace, kills and removes. @return how long it took until the last one was gone */
    public Duration down(int atOnce) {
        var start = System.nanoTime();
        var all = List.copyOf(running);
        var signals = timed(atOnce, all, id -> engine.signal(id, "SIGTERM"));
        var rest = template.lifecycle().grace().minus(signals);
        if (rest.isPositive()) {
            LockSupport.parkNanos(rest.toNanos());
        }
        timed(atOnce, all, engine::remove);
        running.clear();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The body of one of its own containers, as the engine stored it. */
    public Map<String, Object> body() {
        return body(client, running.peek());
    }

    /** A container's body as the engine stored it: all fields that may cost time at its start. */
    public static Map<String, Object> body(DockerClient client, String container) {
        var inspected = client.inspectContainerCmd(container).exec();
        var host = inspected.getHostConfig();
        return Map.of(
                "image", inspected.getImageId(),
                "entrypoint", List.of(inspected.getConfig().getEntrypoint()),
                "read-only", host.getReadonlyRootfs(),
                "tmpfs", host.getTmpFs(),
                "shm", host.getShmSize(),
                "pids", host.getPidsLimit(),
                "capabilities dropped", List.of(host.getCapDrop()),
                "security", host.getSecurityOpts(),
                "log", host.getLogConfig().getConfig(),
                "networks", inspected.getNetworkSettings().getNetworks().size());
    }

    private static <T> Duration timed(int atOnce, List<T> items, Consumer<T> work) {
        var start = System.nanoTime();
        try (var pool = Executors.newFixedThreadPool(atOnce)) {
            for (var done : items.stream()
                    .map(item -> pool.submit(() -> work.accept(item)))
                    .toList()) {
                done.get();
            }
        } catch (InterruptedException | ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Optional<Network> network() {
        return client.listNetworksCmd().withNameFilter(NETWORK).exec().stream()
                .filter(network -> network.getName().equals(NETWORK))
                .findFirst();
    }

    @Override
    public void close() throws Exception {
        running.forEach(engine::remove);
        try {
            client.removeNetworkCmd(NETWORK).exec();
        } catch (DockerException miscounted) { // moby#42119: the next run uses it again
            System.out.println("Network " + NETWORK + " stays: " + EngineWords.of(miscounted));
        }
        engine.close();
    }
}
