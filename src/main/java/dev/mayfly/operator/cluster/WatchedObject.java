package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.ReferencedObjects.Kept;
import dev.mayfly.operator.cluster.ReferencedObjects.Room;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** One object, known by its name. Its last state stays available while the API server does not answer. */
public final class WatchedObject<T extends HasMetadata> {
    private static final Logger LOG = Logger.getLogger(WatchedObject.class);
    /** A first read takes milliseconds. If it takes longer, that is reported. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ObjectSource source;
    private final Kept<T> kept;
    private final Room room;
    private final Runnable changed;
    private final long since = System.nanoTime();
    /** True after the first answer, a success or a failure. */
    private volatile boolean answered;
    /** The last known state; null: there is none, or it does not fit. */
    private volatile T object;

    private volatile String trouble = "it is not read yet";
    /** Memory that it needs, though the namespace has no room for that; 0: it fits. */
    private volatile long missing;
    /** Memory that it takes. Guarded by this object. */
    private long bytes;
    /** Guarded by this object. */
    private boolean closed;

    /**
     * Not started yet.
     *
     * @param user the first that refers to it
     * @param changed called after the first answer, and after each change
     */
    <K> WatchedObject(
            ObjectSource.Factory<K, T> source, OwnerId user, K key, Kept<T> kept, Room room, Runnable changed) {
        this.source = source.of(user, key, new States());
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
        if (!source.known()) {
            throw unread.apply(trouble);
        }
        return Optional.ofNullable(object);
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
        source.start();
    }

    void close() {
        end();
        source.close();
    }

    private synchronized void end() {
        closed = true;
        room.exchange(bytes, 0);
        bytes = 0;
        object = null;
    }

    /** True if there is room for it. @param state null: there is no object */
    private synchronized boolean hold(T state, long needed) {
        var fits = !closed && room.exchange(bytes, needed);
        bytes = fits ? needed : 0;
        missing = fits ? 0 : needed;
        object = fits ? state : null;
        return fits;
    }

    private final class States implements ObjectSource.Receiver<T> {
        @Override
        public boolean exists(T state) {
            kept.trim().accept(state);
            return hold(state, kept.bytes().applyAsLong(state));
        }

        @Override
        public void absent() {
            hold(null, 0);
        }

        @Override
        public void changed() {
            changed.run();
        }

        @Override
        public void answered() {
            if (!answered) {
                answered = true;
                changed.run();
            }
        }

        @Override
        public void failed(String reason) {
            trouble = reason;
            if (!answered) { // the workload's status shows it from here on
                LOG.warnf("An object that a workload refers to is not read yet: %s", reason);
            }
            answered();
        }
    }
}
