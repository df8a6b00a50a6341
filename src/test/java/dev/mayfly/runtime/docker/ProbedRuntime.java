package dev.mayfly.runtime.docker;

import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeEvent;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A Docker runtime of its own on the real engine, for probes. The files in {@code /tmp} of a replica make it well or ill. */
public final class ProbedRuntime implements AutoCloseable {
    static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    final OwnerId owner =
            new OwnerId("EphemeralWorkload", "probes", "web", UUID.randomUUID().toString());
    final Queue<RuntimeEvent> events = new ConcurrentLinkedQueue<>();
    private final String cluster = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private DockerRuntime docker = begun();

    private DockerRuntime begun() {
        var runtime = new DockerRuntime(Settings.of(cluster), Optional.empty(), InstantSource.system());
        runtime.reporting().orElseThrow().onEvent(events::add);
        runtime.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        runtime.start();
        return runtime;
    }

    DockerRuntime runtime() {
        return docker;
    }

    /** Acts as an operator that was restarted. */
    void restart() {
        docker.close();
        docker = begun();
    }

    /** Serves {@code /tmp} at port 8080, and ends at the stop signal. */
    static Template web(Probes probes) {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process ->
                        process.withCommand(List.of("sh", "-c", "httpd -p 8080 -h /tmp; exec tail -f /dev/null")))
                .withNetwork(network -> network.withPorts(List.of()).withMode(Template.Network.Mode.Bridge))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO))
                .withEphemerality(Ephemerality.DEFAULT)
                .withProbes(probes);
    }

    public static Probe probe(Probe.Check check, int failures) {
        return new Probe(check, Duration.ZERO, SECOND, LONG, 1, failures);
    }

    /** One that may take no longer than a second. */
    static Probe impatient(String... command) {
        return new Probe(new Probe.Exec(List.of(command)), Duration.ZERO, SECOND, SECOND, 1, 1);
    }

    static Probe http(String path, int failures) {
        return probe(new Probe.HttpGet(false, 8080, path, List.of()), failures);
    }

    public static Probe exec(int failures, String... command) {
        return probe(new Probe.Exec(List.of(command)), failures);
    }

    ReplicaId launch(Template template) {
        var id = new ReplicaId(owner, 0, 1);
        docker.launch(new Launch(id, "v1", template, 0, 0, Instant.now(), Priority.SCALE));
        return id;
    }

    Replica await(ReplicaId id, Predicate<Replica> condition) {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> find(id), found -> found.filter(condition).isPresent())
                .orElseThrow();
    }

    Optional<Replica> find(ReplicaId id) {
        return docker.observe(owner, Instant.now()).find(id);
    }

    /** In the container. */
    void run(ReplicaId id, String... command) {
        Docker.exec(Ownership.containerName(id), command);
    }

    /** Waits for such an event. */
    void awaitEvent(String reason, String words) {
        Awaitility.await()
                .until(() -> events.stream()
                        .anyMatch(event ->
                                event.reason().equals(reason) && event.note().contains(words)));
    }

    @Override
    public void close() {
        docker.close();
        Docker.removeAll(Map.of(Ownership.CLUSTER, cluster));
    }
}
