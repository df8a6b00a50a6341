package dev.mayfly.bench.page;

import dev.mayfly.bench.Pid1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Pods on a real node, kept by Mayfly or by a Deployment. A Pod counts as running when the API server shows it as ready, and
 * as gone when it is deleted there.
 */
final class PodsContender implements Contender, Watcher<Pod> {
    private static final String NAME = "bench-page";
    private static final long TIMEOUT_SECONDS = 300;
    private static final Duration SERVED = Duration.ofSeconds(11);

    private final Resource<? extends HasMetadata> owner;
    private final Function<Pod, String> placeOf;
    private final Watch watch;
    private final Semaphore started = new Semaphore(0);
    private final Semaphore gone = new Semaphore(0);
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Map<String, Running> running = new HashMap<>();
    private final Set<String> killed = new HashSet<>();
    private int replicas;

    /** A process. @param place what it shares with its successor @param at from {@link System#nanoTime} */
    private record Running(String place, String container, long at) {}

    private PodsContender(KubernetesClient client, HasMetadata owner, String label, Function<Pod, String> placeOf) {
        this.placeOf = placeOf;
        this.owner = client.resource(owner);
        this.owner.delete();
        this.owner.waitUntilCondition(found -> found == null, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        watch = client.pods().inNamespace("default").withLabel(label, NAME).watch(this);
        client.resource(owner).create();
    }

    static PodsContender ofMayfly(KubernetesClient client) {
        return new PodsContender(
                client,
                parsed(client, """
                        apiVersion: mayfly.dev/v1alpha1
                        kind: EphemeralWorkload
                        metadata: {name: %s, namespace: default}
                        spec:
                          runtime: Pods
                          replicas: 0
                          terminatedHistoryLimit: 0
                          rollout: {maxSurge: "100%%", maxUnavailable: 0}
                          template:
                            image: busybox:1.36
                            imagePullPolicy: IfNotPresent
                            command: [tail, -f, /dev/null]
                            terminationGracePeriodSeconds: 1
                        """),
                "app.kubernetes.io/instance",
                pod -> pod.getMetadata().getLabels().get("mayfly.dev/slot"));
    }

    /** At its best settings: it starts all new Pods at once, and no Pod has more to set up than one of Mayfly. */
    static PodsContender ofDeployment(KubernetesClient client) {
        return new PodsContender(
                client, parsed(client, """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: %1$s, namespace: default}
                        spec:
                          replicas: 0
                          strategy: {rollingUpdate: {maxSurge: "100%%", maxUnavailable: 0}}
                          selector: {matchLabels: {app: %1$s}}
                          template:
                            metadata: {labels: {app: %1$s}}
                            spec:
                              terminationGracePeriodSeconds: 1
                              automountServiceAccountToken: false
                              enableServiceLinks: false
                              containers:
                              - {name: main, image: "busybox:1.36", imagePullPolicy: IfNotPresent, command: [tail, -f, /dev/null]}
                        """), "app", pod -> pod.getMetadata().getName());
    }

    private static HasMetadata parsed(KubernetesClient client, String manifest) {
        return client.getKubernetesSerialization().unmarshal(manifest.formatted(NAME));
    }

    @Override
    public synchronized void eventReceived(Action action, Pod pod) {
        var uid = pod.getMetadata().getUid();
        if (action == Action.DELETED) {
            running.remove(uid);
            gone.release();
            return;
        }
        var container = container(pod);
        if (container.isEmpty()) {
            running.remove(uid);
        } else if (seen.add(container.get())) {
            running.put(uid, new Running(placeOf.apply(pod), container.get(), System.nanoTime()));
            started.release();
        }
    }

    /** ID of its container, if it is ready and not about to end. */
    private static Optional<String> container(Pod pod) {
        var ready = pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> ready && status.getState().getRunning() != null)
                .map(status -> status.getContainerID().replaceFirst(".*://", ""))
                .findFirst();
    }

    @Override
    public void onClose(WatcherException broken) {
        throw new IllegalStateException("The API server ended the watch of the Pods", broken);
    }

    @Override
    public Duration scale(int to) throws InterruptedException {
        var begun = begin();
        owner.scale(to);
        await(to > replicas ? started : gone, Math.abs(to - replicas));
        var took = since(begun);
        replicas = to;
        if (to == 0) {
            killed.clear(); // a later replica may be in the same place, and was not killed
        }
        return took;
    }

    @Override
    public Optional<Duration> rollout() throws InterruptedException {
        var begun = begin();
        owner.patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"since\": \"%d\"}}}}}".formatted(begun));
        await(started, replicas);
        await(gone, replicas);
        return Optional.of(since(begun));
    }

    @Override
    public Optional<Duration> kill() throws InterruptedException {
        return Optional.of(kill(victim -> !killed.contains(victim.place())));
    }

    @Override
    public Optional<Duration> killAgain() throws InterruptedException {
        return Optional.of(kill(victim -> killed.contains(victim.place())));
    }

    /** Of these the one that has run for longest, once it has served. */
    private Duration kill(Predicate<Running> which) throws InterruptedException {
        var victim = oldest(which);
        TimeUnit.NANOSECONDS.sleep(victim.at() + SERVED.toNanos() - System.nanoTime());
        killed.add(victim.place());
        var process = Pid1.of(victim.container());
        var begun = begin();
        process.kill();
        await(started, 1);
        return since(begun);
    }

    private synchronized Running oldest(Predicate<Running> which) {
        return running.values().stream()
                .filter(which)
                .min(Comparator.comparingLong(Running::at))
                .orElseThrow();
    }

    private long begin() {
        started.drainPermits();
        gone.drainPermits();
        return System.nanoTime();
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static void await(Semaphore permits, int count) throws InterruptedException {
        if (!permits.tryAcquire(count, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Pods did not come or go within " + TIMEOUT_SECONDS + " s");
        }
    }

    @Override
    public void close() {
        watch.close();
        owner.delete();
        owner.waitUntilCondition(found -> found == null, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
