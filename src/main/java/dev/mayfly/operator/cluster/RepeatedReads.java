package dev.mayfly.operator.cluster;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Reads objects by their names, again and again: for kinds that the operator has no right to list or watch. Two requests at
 * a time at most, one for each namespace; where many objects take longer than the interval, namespaces take turns.
 */
public final class RepeatedReads implements AutoCloseable {
    /** For so long a change goes unnoticed, where reads are quick. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** Between reads of an object that does not fit: it is read again at once when others make room. */
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** An object is being read during 5 % of the time at most. */
    private static final int REST = 20;

    private static final int THREADS = 2;

    private final FairExecutor reads = new FairExecutor("secrets", THREADS);

    /** The states of one object. @param user for whom it is read: reads are fair between namespaces, then users */
    <T extends HasMetadata> ObjectSource of(
            OwnerId user, Supplier<Resource<? extends T>> named, ObjectSource.Receiver<T> receiver) {
        return new Read<>(user, named, receiver);
    }

    /** The time until an object's next read. @param took by the last one @param fits false if nothing of it is kept */
    static Duration pause(Duration took, boolean fits) {
        var rest = took.multipliedBy(REST);
        if (!fits || rest.compareTo(LONGEST) > 0) {
            return LONGEST;
        }
        return rest.compareTo(INTERVAL) > 0 ? rest : INTERVAL;
    }

    @Override
    public void close() {
        reads.close();
    }

    private final class Read<T extends HasMetadata> implements ObjectSource {
        private final OwnerId user;
        private final Supplier<Resource<? extends T>> named;
        private final Receiver<T> receiver;
        /** Resource version; empty: there was no object; null: it was not read yet. Of the reading thread, as fits. */
        private String version;

        private boolean fits = true;

        private volatile boolean known;

        private volatile boolean closed;

        Read(OwnerId user, Supplier<Resource<? extends T>> named, Receiver<T> receiver) {
            this.user = user;
            this.named = named;
            this.receiver = receiver;
        }

        @Override
        public void start() {
            reads.execute(user, this::read);
        }

        @Override
        public boolean known() {
            return known;
        }

        @Override
        public void close() {
            closed = true;
        }

        private void read() {
            if (closed) {
                return;
            }
            var pause = INTERVAL;
            var begin = System.nanoTime();
            try {
                take(named.get().get());
                pause = pause(Duration.ofNanos(System.nanoTime() - begin), fits);
            } catch (KubernetesClientException unread) {
                receiver.failed(String.valueOf(unread.getMessage()));
            } finally {
                reads.execute(user, pause, this::read);
            }
        }

        private void take(T object) {
            var now = object == null ? "" : object.getMetadata().getResourceVersion();
            if (closed || now.equals(version)) {
                return;
            }
            version = now;
            if (object == null) {
                receiver.absent();
                fits = true;
            } else {
                fits = receiver.exists(object);
            }
            known = true;
            receiver.answered();
            receiver.changed();
        }
    }
}
