package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.podspec.TrimmedStore;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Filterable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Lists and watches this installation's Pods, by their label, in all namespaces or in those that the operator serves. What is
 * known counts as unknown before the first list, and once the watch has been broken for a while.
 */
final class PodWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PodWatch.class);
    /** Each watch is renewed every few minutes, which takes a moment. */
    private static final Duration STALE = Duration.ofSeconds(15);
    /** How often it is looked whether the watch goes on. */
    private static final Duration TICK = Duration.ofSeconds(2);
    /** How often everything is compared with the index, since the end of a watch may have hidden an event. */
    private static final int TICKS_OF_SYNC = 15;

    private final String cluster;
    private final KubernetesClient client;
    private final InstantSource clock;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pods-sync").factory());
    /** One for all namespaces, or one for each; empty before the start. */
    private volatile List<SharedIndexInformer<Pod>> informers = List.of();

    private volatile Instant lastWatched = Instant.MIN;
    /** True once the first list was compared with the index. */
    private volatile boolean synced;
    /** Used by the ticker's thread alone. */
    private int ticks;

    PodWatch(String cluster, KubernetesClient client, InstantSource clock) {
        this.cluster = cluster;
        this.client = client;
        this.clock = clock;
    }

    /** Receives the Pods that are seen. Called on threads of the client, or the ticker's: must not block long. */
    interface Listener {
        void seen(Pod pod);

        /** @param last its last state; empty: not known */
        void gone(Pod pod, Optional<Pod> last);

        /** Everything was listed. May wait for the API server. */
        void sync(List<Pod> all);
    }

    /** @param namespaces whose Pods are watched; empty: all, which needs the right to list the Pods of all */
    void start(Set<String> namespaces, Listener listener) {
        informers = namespaces.isEmpty()
                ? List.of(informer(client.pods().inAnyNamespace(), listener))
                : namespaces.stream()
                        .map(name -> informer(client.pods().inNamespace(name), listener))
                        .toList();
        informers.forEach(SharedIndexInformer::start);
        ticker.scheduleWithFixedDelay(() -> tick(listener), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private SharedIndexInformer<Pod> informer(
            Filterable<FilterWatchListDeletable<Pod, PodList, PodResource>> pods, Listener listener) {
        return pods.withLabel(Ownership.CLUSTER, cluster)
                .withLimit(TrimmedStore.PAGE)
                .runnableInformer(0)
                .itemStore(new TrimmedStore<>(HeldPod::of))
                .addEventHandler(new Handler(listener))
                .exceptionHandler((isStarted, failure) -> {
                    LOG.debugf("The Pods can't be watched: %s", failure.getMessage());
                    return true; // tried again
                });
    }

    private void tick(Listener listener) {
        try {
            if (!informers.stream().allMatch(SharedIndexInformer::hasSynced)) {
                return;
            }
            if (isWatching()) {
                lastWatched = clock.instant();
            }
            if (!synced || ++ticks % TICKS_OF_SYNC == 0) {
                listener.sync(all());
                synced = true;
            }
        } catch (RuntimeException failed) {
            LOG.warnf(failed, "The Pods could not be compared with what is known of them; it is tried again");
        }
    }

    /** True unless what is known of the Pods may be outdated. */
    boolean connected() {
        return synced && (isWatching() || clock.instant().minus(STALE).isBefore(lastWatched));
    }

    private boolean isWatching() {
        return informers.stream().allMatch(SharedIndexInformer::isWatching);
    }

    void requireConnected() {
        if (!connected()) {
            throw new RuntimeUnavailable(
                    "The API server does not show the Pods of replicas. Check that the operator may list and watch Pods.",
                    null);
        }
    }

    /** The Pod as it was last seen; empty if none of that name and UID was. */
    Optional<Pod> find(ReplicaId id, String uid) {
        var key = id.owner().namespace() + "/" + PodMarks.name(id);
        return informers.stream()
                .map(informer -> informer.getIndexer().getByKey(key))
                .filter(pod -> pod != null && uid.equals(pod.getMetadata().getUid()))
                .findFirst();
    }

    /** All Pods as they were last seen. */
    List<Pod> all() {
        return informers.stream()
                .flatMap(informer -> informer.getStore().list().stream())
                .toList();
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        informers.forEach(SharedIndexInformer::stop);
    }

    private record Handler(Listener listener) implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            listener.seen(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                listener.gone(before, Optional.empty());
            }
            listener.seen(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            listener.gone(pod, finalStateUnknown ? Optional.empty() : Optional.of(pod));
        }
    }
}
