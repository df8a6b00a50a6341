package dev.mayfly.runtime.docker.access;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairPlaces;
import dev.mayfly.runtime.ContainerAccess.Abandoned;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
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
    Place enter(OwnerId owner) throws IOException {
        return enter(owner, new CompletableFuture<>());
    }

    /**
     * Waits for a place.
     *
     * @param left done once nobody wants the place any more: no effect after this returned
     * @throws Abandoned if that is so by the time at which there is a place, or before
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     */
    Place enter(OwnerId owner, CompletableFuture<Void> left) throws IOException {
        var place = new Place(owner);
        places.enter(owner, place.turn);
        left.thenRun(place::giveUp);
        place.await();
        if (left.isDone()) {
            place.close(); // it was given just before
            throw new Abandoned();
        }
        return place;
    }

    /** A place, given back when it is closed. */
    final class Place implements Closeable {
        private final OwnerId owner;
        private final Runnable turn = this::given;
        private final CompletableFuture<Void> given = new CompletableFuture<>();
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(OwnerId owner) {
            this.owner = owner;
        }

        private void given() {
            if (!given.complete(null)) {
                close(); // nobody waits for it any more
            }
        }

        private void await() throws IOException {
            try {
                given.get();
            } catch (CancellationException gaveUp) {
                throw new Abandoned();
            } catch (InterruptedException stopping) {
                if (!giveUp()) {
                    close();
                }
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** Waits no longer. @return false if the place was given before, and is still to be closed */
        private boolean giveUp() {
            var waited = given.cancel(false);
            if (waited) {
                places.giveUp(owner, turn);
            }
            return waited;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                places.leave(owner);
            }
        }
    }
}
