package dev.mayfly.scenario;

import dev.mayfly.testing.Resources;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The Pods of one owner from outside: those that are there, and the extremes since the last reset. */
public final class SeenPods implements AutoCloseable {
    private final Map<String, Pod> pods = new HashMap<>();
    private final Set<String> created = new HashSet<>();
    private final Set<String> twins = new HashSet<>();
    private final Set<String> silent = new HashSet<>();
    private final Watch watch;
    private int most;
    private int leastReady;

    public SeenPods(Resources<?> resources, String name) {
        watch = resources
                .client()
                .pods()
                .inNamespace(resources.namespace())
                .withLabel("app.kubernetes.io/instance", name)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, Pod pod) {
                        seen(action, pod);
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // the test is over
                    }
                });
    }

    private synchronized void seen(Watcher.Action action, Pod pod) {
        var uid = pod.getMetadata().getUid();
        if (action == Watcher.Action.DELETED) {
            pods.remove(uid);
        } else {
            pods.put(uid, pod);
            created.add(uid);
        }
        var alive = pods.values().stream()
                .filter(SeenPods::isAlive)
                .filter(each -> !silent.contains(String.valueOf(each.getSpec().getNodeName())))
                .toList();
        most = Math.max(most, alive.size());
        leastReady = Math.min(leastReady, ready());
        var slots = new HashSet<String>();
        alive.stream().map(SeenPods::slot).filter(slot -> !slots.add(slot)).forEach(twins::add);
    }

    /** Counts only Pods that are seen from now on. */
    public synchronized SeenPods reset() {
        most = 0;
        leastReady = Integer.MAX_VALUE;
        created.clear();
        return this;
    }

    /** That node is lost: whether its Pods run nobody knows, so they don't count. */
    public synchronized void lose(String node) {
        silent.add(node);
    }

    public synchronized boolean isLost(String node) {
        return silent.contains(node);
    }

    /** All that exist, whatever their phase. */
    public synchronized List<Pod> all() {
        return List.copyOf(pods.values());
    }

    /** Most that were there at a time and may have run. */
    public synchronized int most() {
        return most;
    }

    public synchronized int leastReady() {
        return leastReady;
    }

    public synchronized int createdSince() {
        return created.size();
    }

    /** Slots that two Pods ever had at a time. */
    public synchronized Set<String> twins() {
        return Set.copyOf(twins);
    }

    public int ready() {
        return ready(pod -> true);
    }

    /** Of those that are so. */
    public synchronized int ready(Predicate<Pod> which) {
        return (int) pods.values().stream()
                .filter(SeenPods::isReady)
                .filter(which)
                .filter(pod -> !silent.contains(pod.getSpec().getNodeName()))
                .count();
    }

    /** As the nodes without machines have it: it runs and nobody asked it to end. */
    public static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && "Running".equals(pod.getStatus().getPhase());
    }

    private static boolean isAlive(Pod pod) {
        return Set.of("Pending", "Running").contains(pod.getStatus().getPhase())
                && pod.getSpec().getSchedulingGates().isEmpty();
    }

    private static String slot(Pod pod) {
        return pod.getMetadata().getLabels().get("mayfly.dev/slot");
    }

    @Override
    public void close() {
        watch.close();
    }
}
