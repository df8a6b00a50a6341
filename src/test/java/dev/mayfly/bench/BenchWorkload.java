package dev.mayfly.bench;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.runtime.docker.RawEngine;
import dev.mayfly.testing.engine.ContainerEvents;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One workload, scaled through the API server. The times are those of the engine's events. */
public final class BenchWorkload implements AutoCloseable {
    /** As PID 1 it ignores TERM, so it ends with its grace period. */
    public static final List<String> DEAF = List.of("tail", "-f", "/dev/null");
    /** Ends at once on TERM. */
    public static final List<String> OBEDIENT = List.of("sh", "-c", "trap exit TERM; sleep 1000000 & wait");

    private static final String NAME = "bench";
    private static final Map<String, String> LABELS = Map.of("mayfly.dev/name", NAME);
    private static final long TIMEOUT_SECONDS = 180;

    private final KubernetesClient kubernetes;
    private final List<String> command;
    private final Duration grace;
    private final ContainerEvents events;
    private final Semaphore started = new Semaphore(0);
    private final Semaphore gone = new Semaphore(0);
    private int replicas;

    public BenchWorkload(KubernetesClient kubernetes, List<String> command, Duration grace)
            throws InterruptedException {
        this.kubernetes = kubernetes;
        this.command = command;
        this.grace = grace;
        delete();
        events = new ContainerEvents(LABELS, this::happened);
        kubernetes.resource(manifest(0)).create();
    }

    private void happened(Event event) {
        switch (String.valueOf(event.getAction())) {
            case "start" -> {
                if (!"true".equals(event.getActor().getAttributes().get("mayfly.dev/warm"))) {
                    started.release();
                }
            }
            case "unpause" -> started.release(); // out of the pool
            case "destroy" -> gone.release();
            default -> {}
        }
    }

    /**
     * @return time from the request to the API server until the engine's event that the last replica runs, or is gone
     */
    public Duration scale(int to) throws InterruptedException {
        var difference = to - replicas;
        started.drainPermits();
        gone.drainPermits();
        var start = System.nanoTime();
        workload().scale(to);
        var awaited = difference > 0 ? started : gone;
        if (!awaited.tryAcquire(Math.abs(difference), TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "Scaling to " + to + " took more than " + TIMEOUT_SECONDS + " s. Is the operator up? make up");
        }
        replicas = to;
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /**
     * Changes the template of all replicas.
     *
     * @return time from the request to the API server until the engine's events say that every new replica runs and
     *     every old one is gone
     */
    public Duration rollout() throws InterruptedException {
        started.drainPermits();
        gone.drainPermits();
        var start = System.nanoTime();
        workload().patch(PatchContext.of(PatchType.JSON_MERGE), """
                {"spec": {"template": {"env": [{"name": "SINCE", "value": "%d"}]}}}""".formatted(start));
        if (!started.tryAcquire(replicas, TIMEOUT_SECONDS, TimeUnit.SECONDS)
                || !gone.tryAcquire(replicas, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "The rollout took more than " + TIMEOUT_SECONDS + " s. Is the operator up? make up");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Holds that many in stock, and waits until they are there. */
    public void pool(int size) {
        workload()
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"warm\": {\"size\": %d}}}".formatted(size));
        Awaitility.await("a pool of " + size)
                .atMost(Duration.ofSeconds(TIMEOUT_SECONDS))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> replicas().stream()
                                .filter(container -> "paused".equals(container.getState()))
                                .count()
                        == size);
    }

    /** Whether its replicas are shown as Pods. */
    void mirrored(boolean shown) {
        workload().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"mirrorPods\": %s}}".formatted(shown));
    }

    /** The engine's description of one of its replicas. */
    Map<String, Object> body() {
        return RawEngine.body(Docker.client(), replicas().getFirst().getId());
    }

    /**
     * @return time from the request that creates it, with one replica, until the engine's event that the replica runs
     */
    Duration apply() throws InterruptedException {
        delete();
        started.drainPermits();
        var manifest = manifest(1);
        var start = System.nanoTime();
        kubernetes.resource(manifest).create();
        if (!started.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "No replica came within " + TIMEOUT_SECONDS + " s. Is the operator up? make up");
        }
        replicas = 1;
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<Container> replicas() {
        return Docker.client().listContainersCmd().withLabelFilter(LABELS).exec();
    }

    /** @return time from the kill of a running replica until its successor runs */
    public Duration killOne() throws InterruptedException {
        var victim = replicas().stream()
                .filter(container -> !"paused".equals(container.getState()))
                .reduce((newer, older) -> older)
                .orElseThrow();
        started.drainPermits();
        var start = System.nanoTime();
        Docker.client().killContainerCmd(victim.getId()).exec();
        if (!started.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "No successor came within " + TIMEOUT_SECONDS + " s. Is the operator up? make up");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private EphemeralWorkload manifest(int wanted) {
        var yaml = """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s, namespace: default}
                spec:
                  replicas: %d
                  rollout: {maxSurge: "100%%", maxUnavailable: 0}
                  template:
                    image: busybox:1.36
                    command: ["%s"]
                    terminationGracePeriodSeconds: %d
                """.formatted(NAME, wanted, String.join("\", \"", command), grace.toSeconds());
        return kubernetes.getKubernetesSerialization().unmarshal(yaml, EphemeralWorkload.class);
    }

    @Override
    public void close() throws InterruptedException {
        delete();
        events.close();
    }

    private void delete() throws InterruptedException {
        workload().delete();
        workload().waitUntilCondition(found -> found == null, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private Resource<EphemeralWorkload> workload() {
        return kubernetes
                .resources(EphemeralWorkload.class)
                .inNamespace("default")
                .withName(NAME);
    }
}
