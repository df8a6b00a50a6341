package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Objects that workloads refer to. Each is watched by its name while a workload refers to it, never all objects of a
 * namespace; a change wakes those workloads.
 *
 * @param <K> key of an object
 * @param <T> common type of the objects
 */
public final class ReferencedObjects<K, T extends HasMetadata> implements AutoCloseable {
    private final Function<K, Resource<? extends T>> named;
    private final Consumer<OwnerId> wake;
    private final Map<K, Referenced<T>> referenced = new HashMap<>();

    /** @param wake called for each workload that refers to a changed object, on a thread that it must not block */
    public ReferencedObjects(Function<K, Resource<? extends T>> named, Consumer<OwnerId> wake) {
        this.named = named;
        this.wake = wake;
    }

    private record Referenced<T extends HasMetadata>(Watched<T> object, Set<OwnerId> users) {}

    /** Replaces the objects that the workload refers to. */
    public synchronized Map<K, Watched<T>> refer(OwnerId user, Set<K> keys) {
        var watched = new HashMap<K, Watched<T>>();
        for (var key : keys) {
            var entry = referenced.computeIfAbsent(
                    key, k -> new Referenced<>(new Watched<>(named.apply(k), () -> changed(k)), new HashSet<>()));
            entry.users().add(user);
            watched.put(key, entry.object());
        }
        referenced.entrySet().removeIf(entry -> !keys.contains(entry.getKey()) && dropped(entry.getValue(), user));
        return watched;
    }

    private static boolean dropped(Referenced<?> entry, OwnerId user) {
        var last = entry.users().remove(user) && entry.users().isEmpty();
        if (last) {
            entry.object().close();
        }
        return last;
    }

    private void changed(K key) {
        users(key).forEach(wake);
    }

    private synchronized List<OwnerId> users(K key) {
        var entry = referenced.get(key);
        return entry == null ? List.of() : List.copyOf(entry.users());
    }

    /** Number of watched objects. */
    public synchronized int size() {
        return referenced.size();
    }

    @Override
    public synchronized void close() {
        referenced.values().forEach(entry -> entry.object().close());
    }

    /** One object. Its last state stays available while the API server does not answer. */
    public static final class Watched<T extends HasMetadata> implements AutoCloseable {
        /** A first read takes milliseconds; if the API server takes longer, a later reconciliation asks again. */
        private static final int PATIENCE_SECONDS = 3;

        private final SharedIndexInformer<? extends T> informer;
        /** Completes with the first answer, a success or a failure. */
        private final CompletableFuture<Void> answered = new CompletableFuture<>();

        private volatile String trouble = "the API server does not answer";

        private Watched(Resource<? extends T> named, Runnable changed) {
            informer = informer(named, changed);
            informer.start().whenComplete((started, failure) -> answered.complete(null));
        }

        private <O extends HasMetadata> SharedIndexInformer<O> informer(Resource<O> named, Runnable changed) {
            return named.runnableInformer(0)
                    .addEventHandler(new ResourceEventHandler<O>() {
                        @Override
                        public void onAdd(O object) {
                            changed.run();
                        }

                        @Override
                        public void onUpdate(O before, O now) {
                            changed.run();
                        }

                        @Override
                        public void onDelete(O object, boolean finalStateUnknown) {
                            changed.run();
                        }
                    })
                    .exceptionHandler((started, failure) -> {
                        trouble = String.valueOf(failure.getMessage());
                        answered.complete(null);
                        return true; // retry
                    });
        }

        /**
         * The object's last known state; empty if it does not exist.
         *
         * @param unread makes an exception with the reason why its state was never known
         */
        public Optional<T> get(Function<String, ? extends RuntimeException> unread) {
            try {
                answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException silent) {
                throw unread.apply(trouble);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw unread.apply("the operator is stopping");
            }
            if (!informer.hasSynced()) {
                throw unread.apply(trouble);
            }
            return informer.getStore().list().stream().findFirst().map(object -> object);
        }

        @Override
        public void close() {
            informer.close();
        }
    }
}
