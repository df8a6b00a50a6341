package dev.mayfly.node.mirror;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The Pods of our node as they are known to be: as the API server answered the last write, or as the watch shows them,
 * whichever is newer. Knows which of them this operator made and deleted, since the watch shows that late.
 */
final class KnownPods {
    /** How long the watch may be late. */
    private static final Duration LATE = Duration.ofMinutes(10);

    /** Pods that a namespace may have although all places are taken, if they are a tenth of the places at most. */
    private static final int BEYOND = 10;

    private final Map<PodKey, Pod> pods = new HashMap<>();
    /** By UID of the controller. */
    private final Map<String, Set<PodKey>> byController = new HashMap<>();
    /** Of Pods that exist. */
    private final Set<String> made = new HashSet<>();
    /** Those that have one of the places for Pods. */
    private final Set<PodKey> places = new HashSet<>();

    /** By UID, Pods that this operator deletes or deleted (true), and those that went otherwise. */
    private final Cache<String, Boolean> over =
            Caffeine.newBuilder().expireAfterWrite(LATE).build();

    private final int mostPods;

    /** Name of a Pod. */
    record PodKey(String namespace, String name) {
        static PodKey of(Pod pod) {
            return new PodKey(
                    pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        }
    }

    /** @param mostPods places for Pods, 0 or more; where all are taken, a namespace may have {@value #BEYOND} */
    KnownPods(int mostPods) {
        this.mostPods = mostPods;
    }

    /** The watch shows a Pod. @return false if that is older than what is known, or of a Pod that is over */
    synchronized boolean seen(Pod pod) {
        var isNews = isNews(pod);
        if (isNews) {
            put(pod);
        }
        return isNews;
    }

    private boolean isNews(Pod pod) {
        var uid = pod.getMetadata().getUid();
        var known = pods.get(PodKey.of(pod));
        return over.getIfPresent(uid) == null
                && (known == null || !known.getMetadata().getUid().equals(uid) || version(known) < version(pod));
    }

    /** This operator made the Pod, of which the watch may have shown more by now, even its end. */
    synchronized void made(Pod pod) {
        var uid = pod.getMetadata().getUid();
        if (over.getIfPresent(uid) == null) {
            made.add(uid);
        }
        seen(pod);
    }

    /**
     * The API server's answer to a write of the status. One that also holds what somebody else wrote meanwhile, as a
     * deletion, is left to the watch: what is known already when that shows it is no news, and nobody would act on it.
     */
    synchronized void written(Pod pod) {
        var known = pods.get(PodKey.of(pod));
        if (known != null && isNewStatus(known, kept(pod))) {
            put(pod);
        }
    }

    private static boolean isNewStatus(Pod known, Pod pod) {
        return version(known) <= version(pod)
                && metadata(known).equals(metadata(pod))
                && Objects.equals(known.getSpec(), pod.getSpec());
    }

    /** Without what each write changes. */
    private static ObjectMeta metadata(Pod pod) {
        return new ObjectMetaBuilder(pod.getMetadata())
                .withResourceVersion(null)
                .withManagedFields(List.of())
                .build();
    }

    /** This operator is about to delete the Pod. */
    synchronized void deleting(Pod pod) {
        over.put(pod.getMetadata().getUid(), true);
    }

    /** True if this operator deletes the Pod, or did. */
    synchronized boolean isDeletedHere(Pod pod) {
        return Boolean.TRUE.equals(over.getIfPresent(pod.getMetadata().getUid()));
    }

    /** The Pod is gone. @return true if it was known */
    synchronized boolean gone(Pod pod) {
        var uid = pod.getMetadata().getUid();
        over.asMap().putIfAbsent(uid, false);
        var known = pods.get(PodKey.of(pod));
        if (known == null || !known.getMetadata().getUid().equals(uid)) {
            return false;
        }
        forget(known);
        return true;
    }

    synchronized Optional<Pod> find(PodKey key) {
        return Optional.ofNullable(pods.get(key));
    }

    /** Pods that name the controller with that UID. */
    synchronized List<Pod> controlledBy(String uid) {
        return byController.getOrDefault(uid, Set.of()).stream().map(pods::get).toList();
    }

    /** True if this operator made it, now or before it was started again. */
    synchronized boolean isMirror(Pod pod) {
        return made.contains(pod.getMetadata().getUid()) || PodStatuses.isMarked(pod);
    }

    /** Takes a place for the Pod; false if all are taken, and its namespace has its few beyond them. */
    synchronized boolean take(PodKey key) {
        return places.contains(key) || hasPlace(key.namespace()) && places.add(key);
    }

    /** One namespace may take all places: the few beyond them are for the others, as many again at most. */
    private boolean hasPlace(String namespace) {
        return places.size() < mostPods
                || places.size() < 2 * mostPods
                        && places.stream()
                                        .filter(taken -> taken.namespace().equals(namespace))
                                        .count()
                                < Math.min(BEYOND, mostPods / 10);
    }

    /** The Pod has a place in any case, since it is there. */
    synchronized void occupy(PodKey key) {
        places.add(key);
    }

    /** Gives the Pod's place back. */
    synchronized void leave(PodKey key) {
        places.remove(key);
    }

    private void put(Pod given) {
        var pod = kept(given);
        var key = PodKey.of(pod);
        var before = pods.get(key);
        if (before != null) {
            unindex(before);
            if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                made.remove(before.getMetadata().getUid());
            }
        }
        pods.put(key, pod);
        controller(pod)
                .ifPresent(owner -> byController
                        .computeIfAbsent(owner.getUid(), first -> new HashSet<>())
                        .add(key));
    }

    private Pod kept(Pod pod) {
        return KeptPod.of(pod, isMirror(pod));
    }

    private void forget(Pod pod) {
        unindex(pod);
        made.remove(pod.getMetadata().getUid());
        pods.remove(PodKey.of(pod));
        places.remove(PodKey.of(pod));
    }

    private void unindex(Pod pod) {
        controller(pod)
                .ifPresent(owner -> byController.computeIfPresent(owner.getUid(), (uid, keys) -> {
                    keys.remove(PodKey.of(pod));
                    return keys.isEmpty() ? null : keys;
                }));
    }

    static Optional<OwnerReference> controller(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    /** Comparable between versions of one Pod. */
    private static long version(Pod pod) {
        try {
            return Long.parseLong(pod.getMetadata().getResourceVersion());
        } catch (NumberFormatException notANumber) {
            return Long.MAX_VALUE;
        }
    }
}
