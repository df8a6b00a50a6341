package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Objects that workloads refer to. Each is watched, or read, by its name while a workload refers to it, never all objects of
 * a namespace; a change wakes those workloads. How many objects of a namespace are watched, and how much memory they take, is
 * limited, so that no namespace can take the memory of the operator.
 *
 * @param <K> key of an object in its namespace
 * @param <T> common type of the objects
 */
public final class ReferencedObjects<K, T extends HasMetadata> implements AutoCloseable {
    /** Objects of one namespace that are watched. Each costs a request that stays open. */
    public static final int MOST_IN_A_NAMESPACE = 256;

    private final ObjectSource.Factory<K, T> source;
    private final Kept<T> kept;
    private final Consumer<OwnerId> wake;
    private final AtomicLong taken = new AtomicLong();
    private final Map<String, Namespace<K, T>> namespaces = new HashMap<>();

    /**
     * Objects that are watched.
     *
     * @param kept what is kept of each object
     * @param wake called for each workload that refers to a changed object, on a thread that it must not block
     */
    public ReferencedObjects(Function<K, Resource<? extends T>> named, Kept<T> kept, Consumer<OwnerId> wake) {
        this((user, key, receiver) -> new ObjectWatch<>(named.apply(key), receiver), kept, wake);
    }

    /**
     * Objects of which some may not be watched.
     *
     * @param reads reads these
     * @param readOnly true for an object that may be read but neither listed nor watched
     */
    public ReferencedObjects(
            Function<K, Resource<? extends T>> named,
            RepeatedReads reads,
            Predicate<K> readOnly,
            Kept<T> kept,
            Consumer<OwnerId> wake) {
        this(
                (user, key, receiver) -> readOnly.test(key)
                        ? reads.of(user, () -> named.apply(key), receiver)
                        : new ObjectWatch<>(named.apply(key), receiver),
                kept,
                wake);
    }

    private ReferencedObjects(ObjectSource.Factory<K, T> source, Kept<T> kept, Consumer<OwnerId> wake) {
        this.source = source;
        this.kept = kept;
        this.wake = wake;
    }

    /**
     * The part of an object that is kept in memory.
     *
     * @param trim drops the rest, such as metadata, which nothing limits
     * @param bytes memory that it takes; of an object that does not fit in the {@link Room} nothing is kept
     */
    public record Kept<T>(Consumer<T> trim, ToLongFunction<T> bytes) {}

    /**
     * The memory that all objects of one namespace have: they may take more of it while they have less than is left for
     * others (as {@code FairExecutor} has it for threads). One namespace has half of it at most, the next one half of the rest.
     */
    static final class Room {
        /** Of all namespaces: a sixth of the operator's memory; it is twice as much once the objects are decoded. */
        static final long MOST_BYTES = 32L << 20;

        /** By all namespaces. */
        private final AtomicLong all;

        private final AtomicLong own = new AtomicLong();

        Room(AtomicLong all) {
            this.all = all;
        }

        /** An object that took some memory now needs another amount. False if that is too much: then it takes none. */
        boolean exchange(long before, long now) {
            var fits = add(now - before) || now <= before;
            if (!fits) {
                add(-now);
            }
            return fits;
        }

        /** True if there is room for that afterwards. */
        private boolean add(long bytes) {
            var others = MOST_BYTES - all.addAndGet(bytes);
            return own.addAndGet(bytes) <= others;
        }

        boolean has(long bytes) {
            return own.get() + bytes <= MOST_BYTES - all.get() - bytes;
        }
    }

    private record Referenced<T extends HasMetadata>(WatchedObject<T> object, Set<OwnerId> users) {}

    private static final class Namespace<K, T extends HasMetadata> {
        private final Room room;
        private final Map<K, Referenced<T>> objects = new HashMap<>();
        private final Map<OwnerId, Set<K>> keys = new HashMap<>();

        Namespace(Room room) {
            this.room = room;
        }
    }

    /** Watches to start and to close, which is not done under the lock of all workloads. */
    private record Change<K, T extends HasMetadata>(
            Map<K, WatchedObject<T>> watched, List<WatchedObject<T>> begun, List<WatchedObject<T>> ended) {

        Change() {
            this(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    /**
     * Replaces the objects that the workload refers to. Does not wait until they are read.
     *
     * @param keys of objects in the workload's namespace
     * @return by key, without those that are too many for the namespace
     */
    public Map<K, WatchedObject<T>> refer(OwnerId user, Set<K> keys) {
        var change = exchange(user, keys);
        change.ended().forEach(WatchedObject::close);
        change.begun().forEach(WatchedObject::start);
        return change.watched();
    }

    private synchronized Change<K, T> exchange(OwnerId user, Set<K> keys) {
        var change = new Change<K, T>();
        var namespace = namespaces.computeIfAbsent(user.namespace(), unknown -> new Namespace<>(new Room(taken)));
        namespace.keys.getOrDefault(user, Set.of()).stream()
                .filter(key -> !keys.contains(key))
                .forEach(key -> drop(namespace, key, user, change));
        for (var key : keys) {
            if (namespace.objects.containsKey(key) || namespace.objects.size() < MOST_IN_A_NAMESPACE) {
                change.watched().put(key, use(namespace, key, user, change));
            }
        }
        namespace.keys.put(user, Set.copyOf(change.watched().keySet()));
        if (keys.isEmpty()) {
            namespace.keys.remove(user);
        }
        if (namespace.keys.isEmpty()) {
            namespaces.remove(user.namespace());
        }
        return change;
    }

    private WatchedObject<T> use(Namespace<K, T> namespace, K key, OwnerId user, Change<K, T> change) {
        var known = namespace.objects.get(key);
        if (known != null && !known.object().fitsByNow()) {
            known.users().add(user);
            return known.object();
        }
        var users = new HashSet<OwnerId>();
        if (known != null) { // there is room for it now: it is read again
            users.addAll(known.users());
            change.ended().add(known.object());
        }
        users.add(user);
        var object = new WatchedObject<>(source, user, key, kept, namespace.room, () -> changed(user.namespace(), key));
        namespace.objects.put(key, new Referenced<>(object, users));
        change.begun().add(object);
        return object;
    }

    private void drop(Namespace<K, T> namespace, K key, OwnerId user, Change<K, T> change) {
        var entry = namespace.objects.get(key);
        if (entry.users().remove(user) && entry.users().isEmpty()) {
            namespace.objects.remove(key);
            change.ended().add(entry.object());
        }
    }

    private void changed(String namespace, K key) {
        users(namespace, key).forEach(wake);
    }

    private synchronized List<OwnerId> users(String namespace, K key) {
        var known = namespaces.get(namespace);
        var entry = known == null ? null : known.objects.get(key);
        return entry == null ? List.of() : List.copyOf(entry.users());
    }

    /** Number of watched objects. */
    public int size() {
        return all().size();
    }

    private synchronized List<WatchedObject<T>> all() {
        return namespaces.values().stream()
                .flatMap(namespace -> namespace.objects.values().stream())
                .map(Referenced::object)
                .toList();
    }

    @Override
    public void close() {
        all().forEach(WatchedObject::close);
    }
}
