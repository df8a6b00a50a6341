package dev.mayfly.operator.cluster;

import dev.mayfly.operator.cluster.ReferencedObjects.Kept;
import dev.mayfly.operator.cluster.ReferencedObjects.Room;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** One object, watched by its name. Its last state stays available while the API server does not answer. */
public final class WatchedObject<T extends HasMetadata> {
    private static final Logger LOG = Logger.getLogger(WatchedObject.class);
    /** A first read takes milliseconds. If the API server takes longer, that is reported. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Supplier<Resource<? extends T>> named;
    private final Kept<T> kept;
    private final Room room;
    private final Runnable changed;
    private final long since = System.nanoTime();
    /** Null until it is started. */
    private volatile SharedIndexInformer<? extends T> informer;
    /** True after the first answer, a success or a failure. */
    private volatile boolean answered;

    private volatile String trouble = "the API server does not answer";
    /** Memory that it needs, though the namespace has no room for that; 0: it fits. */
    private volatile long missing;
    /** Memory that it takes. Guarded by this object. */
    private long bytes;
    /** Guarded by this object. */
    private boolean closed;

    /**
     * Not started yet.
     *
     * @param changed called after the first answer, and after each change
     */
    WatchedObject(Supplier<Resource<? extends T>> named, Kept<T> kept, Room room, Runnable changed) {
        this.named = named;
        this.kept = kept;
        this.room = room;
        this.changed = changed;
    }

    /** Its first read goes on, so nothing is known yet. The workload is woken by the answer. */
    public static final class NotReadYet extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Duration patience;

        /** @param patience 1 ms or more */
        public NotReadYet(Duration patience) {
            super("the first read goes on", null, false, false);
            this.patience = patience;
        }

        /** After how long a missing answer is to be reported. */
        public Duration patience() {
            return patience;
        }
    }

    /**
     * The object's last known state; empty if it does not exist, or if it does not {@link #fits fit}. Does not wait.
     *
     * @param unread makes an exception with the reason why its state was never known
     * @throws NotReadYet if its first read goes on
     */
    public Optional<T> get(Function<String, ? extends RuntimeException> unread) {
        var left = PATIENCE.minusNanos(System.nanoTime() - since);
        if (!answered && left.isPositive()) {
            throw new NotReadYet(left);
        }
        var running = informer;
        if (running == null || !running.hasSynced()) {
            throw unread.apply(trouble);
        }
        return running.getStore().list().stream().findFirst().map(object -> object);
    }

    /** False if nothing of it is kept, because the objects of its namespace take too much memory. */
    public boolean fits() {
        return missing == 0;
    }

    /** True if it did not fit, and would now. */
    boolean fitsByNow() {
        var needed = missing;
        return needed > 0 && room.has(needed);
    }

    /** Requests its state. Does not wait for it. */
    void start() {
        start(informer(named.get()));
    }

    private synchronized void start(SharedIndexInformer<? extends T> ready) {
        if (!closed) {
            informer = ready;
            ready.start().whenComplete((started, failure) -> answer());
        }
    }

    void close() {
        var running = end();
        if (running != null) { // not under the lock, which its thread takes below locks of its own
            running.close();
        }
    }

    private synchronized SharedIndexInformer<? extends T> end() {
        closed = true;
        room.exchange(bytes, 0);
        bytes = 0;
        return informer;
    }

    private <O extends T> SharedIndexInformer<O> informer(Resource<O> resource) {
        return resource.runnableInformer(0)
                .itemStore(new Store<O>())
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
                    if (!answered) { // the workload's status shows it from here on
                        LOG.warnf("An object that a workload refers to is not read yet: %s", trouble);
                    }
                    answer();
                    return true; // retry
                });
    }

    private void answer() {
        if (!answered) {
            answered = true;
            changed.run();
        }
    }

    /** Keeps the object where there is room for it. */
    private final class Store<O extends T> extends BasicItemStore<O> {
        Store() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public O put(String key, O object) {
            kept.trim().accept(object);
            return hold(kept.bytes().applyAsLong(object)) ? super.put(key, object) : super.remove(key);
        }

        @Override
        public O remove(String key) {
            hold(0);
            return super.remove(key);
        }
    }

    /** True if there is room for it. */
    private synchronized boolean hold(long needed) {
        var fits = !closed && room.exchange(bytes, needed);
        bytes = fits ? needed : 0;
        missing = fits ? 0 : needed;
        return fits;
    }
}
