package dev.mayfly.runtime.pods;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.support.EngineRefused;
import dev.mayfly.runtime.support.GracefulStops.Signalling;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.ReplicaIndex;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Stops and removes Pods by deleting them: the kubelet runs the preStop hook, sends the signal and kills after the grace.
 * A replica is gone once its Pod is, which its node confirms: never by force.
 */
final class PodRemovals implements Containers, Signalling {
    /** Longer than any request or event about a Pod that is gone takes to arrive. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final PodApi api;
    private final ReplicaIndex index;
    private final PodWatch pods;
    private final Consumer<String> inspections;
    /** UIDs of Pods that are known to be gone. */
    private final Cache<String, Boolean> gone = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .executor(Runnable::run)
            .build();
    /** UIDs of Pods that count as gone though they are still there. */
    private final Set<String> abandoned = ConcurrentHashMap.newKeySet();
    /** The step that follows once the Pod of that UID is gone. */
    private final Map<String, Consumer<Optional<EngineRefused>>> awaited = new ConcurrentHashMap<>();

    /** @param inspections schedules a look at the Pod of that UID */
    PodRemovals(PodApi api, ReplicaIndex index, PodWatch pods, Consumer<String> inspections) {
        this.api = api;
        this.index = index;
        this.pods = pods;
        this.inspections = inspections;
    }

    @Override
    public void inspect(String container) {
        inspections.accept(container);
    }

    /** The Pod's deletion is its stop signal. False if its container does not run. */
    @Override
    public boolean signal(String container, String signal) {
        var id = index.replica(container);
        if (id.isEmpty() || isGone(container)) {
            return false;
        }
        if (isBeingDeleted(id.get(), container)) {
            return true;
        }
        var grace = index.known(id.get()).removal().map(Removal::grace).orElse(Duration.ZERO);
        if (api.delete(id.get(), container, grace)) {
            return true;
        }
        gone(container);
        return false;
    }

    private boolean isBeingDeleted(ReplicaId id, String container) {
        return pods.find(id, container)
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                .isPresent();
    }

    /** Returns once the deletion is accepted; {@link #afterRemoval} waits for its end. */
    @Override
    public List<String> remove(ReplicaId id, String container) {
        if (!isGone(container)) {
            try {
                if (!api.delete(id, container, Duration.ZERO)) {
                    gone(container);
                }
            } catch (KubernetesClientException failed) {
                if (ApiAnswer.isSilence(failed)) {
                    throw failed;
                }
                throw new EngineRefused("The API server refused to delete its Pod: " + ApiAnswer.words(failed));
            }
        }
        return List.of(); // its writes are not known
    }

    @Override
    public void afterRemoval(ReplicaId id, Consumer<Optional<EngineRefused>> then) {
        var container = index.container(id);
        if (container.isEmpty()) {
            then.accept(Optional.empty());
            return;
        }
        awaited.put(container.get(), then);
        if (isGone(container.get())) {
            follow(container.get());
        }
    }

    /** The Pod of that UID is gone. */
    void gone(String container) {
        gone.put(container, true);
        abandoned.remove(container);
        follow(container);
    }

    /** The Pod of that UID counts as gone from now on. */
    void abandon(String container) {
        abandoned.add(container);
        follow(container);
    }

    /** True if the Pod is gone, or counts as gone. */
    boolean isGone(String container) {
        return gone.getIfPresent(container) != null || abandoned.contains(container);
    }

    private void follow(String container) {
        Optional.ofNullable(awaited.remove(container)).ifPresent(then -> then.accept(Optional.empty()));
    }
}
