package dev.mayfly.node.activator;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bounds how many connections one replica is led to that it has not accepted yet. The kernel completes them until the queue of
 * the replica's server is full. From then on it still tells clients that they are connected, but drops what they send, and
 * they send it again after seconds, at last after a minute. The queue has 9 places in busybox's httpd, and 5 in Python's.
 */
final class AcceptQueue {
    /** A queue of N places takes N + 1 connections (Linux: sk_acceptq_is_full), of which one may be somebody else's. */
    private static final int MOST = 5;

    private final Set<Place> places = new LinkedHashSet<>();

    /** Room for one connection, from the attempt until the replica has accepted it. */
    static final class Place {
        private final InetAddress address;
        private final AcceptQueue queue;
        private volatile boolean connected;

        private Place(InetAddress address, AcceptQueue queue) {
            this.address = address;
            this.queue = queue;
        }

        /** The replica's. */
        InetAddress address() {
            return address;
        }

        /** The connection is complete, so the replica accepts it sooner or later. */
        void connected() {
            connected = true;
        }

        /** The replica has accepted the connection, or there is none. May be called again. */
        void leave() {
            queue.leave(this);
        }
    }

    /** Takes a place; empty: none is free. @param address of the replica */
    synchronized Optional<Place> enter(InetAddress address) {
        if (places.size() >= MOST) {
            return Optional.empty();
        }
        var place = new Place(address, this);
        places.add(place);
        return Optional.of(place);
    }

    private synchronized void leave(Place place) {
        places.remove(place);
    }

    /** The places whose connections are complete, oldest first. */
    synchronized List<Place> connected() {
        return places.stream().filter(place -> place.connected).toList();
    }

    /**
     * Frees the places of connections that were accepted.
     *
     * @param before as {@link #connected} said, before the queue was looked at
     * @param queued connections that waited in it, whose ever they are
     */
    synchronized void accepted(List<Place> before, int queued) {
        before.stream().limit(Math.max(0, before.size() - queued)).forEach(places::remove);
    }
}
