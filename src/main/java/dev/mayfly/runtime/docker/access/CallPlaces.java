package dev.mayfly.runtime.docker.access;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairPlaces;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Places for calls to the engine that clients of containers cause, as by {@code kubectl exec}: they share a few, fairly
 * between namespaces, so that most of the engine's connections, and time of its CPU, are left for the replicas.
 */
final class CallPlaces {
    /** A third of the engine's connections by default; a namespace has half of them. */
    private static final int MOST = 8;

    private final FairPlaces places = new FairPlaces(MOST);

    /** Waits for a place. @throws InterruptedIOException if the thread is interrupted meanwhile */
    Place enter(OwnerId owner) throws InterruptedIOException {
        var place = new Place(owner);
        places.enter(owner, place::given);
        place.await();
        return place;
    }

    /** A place, given back when it is closed. */
    final class Place implements Closeable {
        private final OwnerId owner;
        private final CompletableFuture<Void> given = new CompletableFuture<>();
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(OwnerId owner) {
            this.owner = owner;
        }

        private void given() {
            if (!given.complete(null)) {
                close(); // nobody waits for it any more
            }
        }

        private void await() throws InterruptedIOException {
            try {
                given.get();
            } catch (InterruptedException stopping) {
                if (!given.cancel(false)) {
                    close();
                }
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                places.leave(owner);
            }
        }
    }
}
