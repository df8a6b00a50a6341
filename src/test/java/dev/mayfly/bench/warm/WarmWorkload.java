package dev.mayfly.bench.warm;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.InvocationBuilder;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.testing.engine.ContainerEvents;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One workload with a warm pool, scaled through the API server. The times are those at which the engine's events come. */
final class WarmWorkload implements AutoCloseable {
    private static final String NAME = "bench-warm";
    private static final long TIMEOUT_SECONDS = 240;
    /** A second more than {@code backoff.stableSeconds}: the event comes before the operator knows. */
    private static final Duration STABLE = Duration.ofSeconds(11);

    private static final Map<String, String> LABELS = Map.of("mayfly.dev/name", NAME);

    /** Known by its manifest, so that a patch is one request. */
    private final Resource<EphemeralWorkload> workload;

    private final ContainerEvents events;
    private final BlockingQueue<Served> served = new LinkedBlockingQueue<>();
    private final Set<String> frozen = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<String> killed = new LinkedBlockingQueue<>();
    private final Semaphore gone = new Semaphore(0);
    /** Replicas since the last scale-up, oldest first. */
    private final Queue<Served> standing = new ArrayDeque<>();

    /**
     * The processes of a container run, for a replica that serves.
     *
     * @param at from {@link System#nanoTime}
     * @param hit true if it was released from the pool
     */
    record Served(long at, String replica, String container, boolean hit) {}

    WarmWorkload(KubernetesClient kubernetes) throws InterruptedException {
        workload = kubernetes.resource(manifest(kubernetes)).inNamespace("default");
        delete();
        events = new ContainerEvents(LABELS, event -> note(event, System.nanoTime()));
        workload.create();
    }

    private void note(Event event, long at) {
        var labels = event.getActor().getAttributes();
        var warm = !labels.getOrDefault("mayfly.dev/warm", "").isEmpty();
        var replica = NAME + "-" + labels.get("mayfly.dev/slot");
        switch (String.valueOf(event.getAction())) {
            case "pause" -> frozen.add(event.getId());
            case "rename" -> {
                if (!frozen.contains(event.getId())) { // released before it was held
                    served.add(new Served(at, replica, event.getId(), true));
                }
            }
            case "unpause" -> {
                frozen.remove(event.getId());
                served.add(new Served(at, replica, event.getId(), true));
            }
            case "start" -> {
                if (!warm) {
                    served.add(new Served(at, replica, event.getId(), false));
                }
            }
            case "kill" -> killed.add(replica);
            case "destroy" -> gone.release();
            default -> {}
        }
    }

    void pool(int size) {
        patch("{\"spec\": {\"warm\": {\"size\": %d}}}".formatted(size));
        awaitPool(size);
    }

    /** Waits until that many are held and nothing else is under way: the status says so. */
    void awaitPool(int size) {
        Awaitility.await("a pool of " + size)
                .atMost(Duration.ofSeconds(TIMEOUT_SECONDS))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    var found = workload.get();
                    var status = found.getStatus();
                    return status != null
                            && Integer.valueOf(size).equals(status.warmReplicas())
                            && found.getSpec().replicas().equals(status.readyReplicas())
                            && held() == size;
                });
    }

    /** @return time from the request to the API server until the last of the new replicas runs */
    Duration scaleUp(int from, int to) throws InterruptedException {
        return scaleUps(from, to).getLast();
    }

    /** @return times from the request to the API server until each of the new replicas runs, shortest first */
    List<Duration> scaleUps(int from, int to) throws InterruptedException {
        served.clear();
        var start = System.nanoTime();
        scale(to);
        standing.clear();
        for (var n = from; n < to; n++) {
            standing.add(next());
        }
        return standing.stream()
                .map(each -> Duration.ofNanos(each.at() - start))
                .sorted()
                .toList();
    }

    /** Waits until the containers are gone. */
    void scaleDown(int from, int to) throws InterruptedException {
        gone.drainPermits();
        scale(to);
        if (!gone.tryAcquire(from - to, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Scaling down took more than " + TIMEOUT_SECONDS + " s");
        }
    }

    /** One replica more. @return when it was requested */
    long claim(int replicas) {
        var start = System.nanoTime();
        scale(replicas);
        return start;
    }

    /**
     * That many replicas, one less than before, without this one. Returns once it is killed: if another claim came before, the number
     * would be as it was, and nobody would have anything to do.
     */
    void remove(String replica, int replicas) throws InterruptedException {
        killed.clear();
        patch("{\"spec\": {\"replicas\": %d, \"scaleDown\": {\"removeFirst\": [\"%s\"]}}}"
                .formatted(replicas, replica));
        var next = "";
        while (!next.equals(replica)) {
            next = killed.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException(
                        "Replica " + replica + " was not killed within " + TIMEOUT_SECONDS + " s");
            }
        }
    }

    /** Names of the replicas that serve, those that were created first first. */
    List<String> serving() {
        return containers().stream()
                .filter(container -> container.getState().equals("running"))
                .sorted(Comparator.comparing(Container::getCreated))
                .map(container -> NAME + "-" + container.getLabels().get("mayfly.dev/slot"))
                .toList();
    }

    Served next() throws InterruptedException {
        var next = served.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new IllegalStateException("No replica came within " + TIMEOUT_SECONDS + " s. Is the operator up?");
        }
        return next;
    }

    /**
     * Kills the oldest replica once it has served for 10 s: earlier it would be a failure, with back-off.
     *
     * @return time from the kill until the next one runs
     */
    Duration killOne() throws InterruptedException {
        var victim = standing.remove();
        TimeUnit.NANOSECONDS.sleep(victim.at() + STABLE.toNanos() - System.nanoTime());
        served.clear();
        var start = System.nanoTime();
        Docker.client().killContainerCmd(victim.container()).exec();
        var next = next();
        standing.add(next);
        return Duration.ofNanos(next.at() - start);
    }

    long held() {
        return heldContainers().size();
    }

    private List<Container> heldContainers() {
        return containers().stream()
                .filter(container -> container.getState().equals("paused"))
                .toList();
    }

    /** CPU time and memory of the held containers, all asked for at once: an answer takes a second. */
    List<Statistics> heldUsage() {
        var answers = heldContainers().stream()
                .map(held -> Docker.client()
                        .statsCmd(held.getId())
                        .withNoStream(true)
                        .exec(new InvocationBuilder.AsyncResultCallback<Statistics>()))
                .toList();
        return answers.stream().map(answer -> answer.awaitResult()).toList();
    }

    private List<Container> containers() {
        return Docker.client().listContainersCmd().withLabelFilter(LABELS).exec();
    }

    private void scale(int replicas) {
        patch("{\"spec\": {\"replicas\": %d}}".formatted(replicas));
    }

    private void patch(String json) {
        workload.patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    private static EphemeralWorkload manifest(KubernetesClient kubernetes) {
        return kubernetes.getKubernetesSerialization().unmarshal("""
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  replicas: 0
                  mirrorPods: false
                  template:
                    image: busybox:1.36
                    command: [tail, -f, /dev/null]
                    terminationGracePeriodSeconds: 0
                """.formatted(NAME), EphemeralWorkload.class);
    }

    @Override
    public void close() throws InterruptedException {
        delete();
        events.close();
    }

    private void delete() throws InterruptedException {
        workload.delete();
        workload.waitUntilCondition(found -> found == null, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
