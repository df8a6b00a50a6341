package dev.mayfly.node.activator;

import dev.mayfly.core.model.Replica.Run;
import dev.mayfly.node.activator.AcceptQueue.Place;
import dev.mayfly.runtime.ContainerAccess;
import dev.mayfly.runtime.ContainerRuntime.ClientConnections;
import dev.mayfly.runtime.ContainerRuntime.ClientConnections.Clients;
import dev.mayfly.runtime.ContainerRuntime.ClientConnections.View;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** A workload's replicas: where they are reached, and whether clients do. Used by passes only, but for {@link #next}. */
final class Backends {
    private static final Logger LOG = Logger.getLogger(Backends.class);

    /** Looks that may fail before what a replica was led to counts as accepted: a second of them. */
    private static final int MOST_UNREAD = 50;

    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final ContainerAccess access;
    private final ClientConnections connections;
    private final Map<Run, Backend> known = new HashMap<>();
    private volatile List<Reachable> ready = List.of();
    /** Where the replica of the pool is that is released next; empty: none is held, or it is not known. */
    private Optional<Held> held = Optional.empty();

    private final AtomicInteger turn = new AtomicInteger();
    private Instant lookedAt = Instant.MIN;
    /** True if the last look saw all replicas, and no client. */
    private boolean unused;
    /** Since when some replica can't be seen; empty: all can. */
    private Optional<Instant> unseenSince = Optional.empty();

    /** @param access to the replicas' containers @param connections that clients make to them */
    Backends(ContainerAccess access, ClientConnections connections) {
        this.access = access;
        this.connections = connections;
    }

    /** A replica that is ready. */
    private record Reachable(Run replica, InetAddress address, AcceptQueue queue) {}

    private record Held(Run replica, InetAddress address) {}

    /** A running replica. */
    private static final class Backend {
        private final AcceptQueue queue = new AcceptQueue();
        private Optional<InetAddress> address = Optional.empty();
        private Instant addressAsked = Instant.EPOCH;
        private Optional<View> view = Optional.empty();
        /** Connections that it had accepted when it was last looked at; negative: it was not. */
        private long accepted = -1;
        /** Looks in a row at what it has accepted that did not show it. */
        private int unread;
    }

    /** A place at a ready replica, one after the other; empty: none is ready, or all have enough to accept. @param may false: not there */
    Optional<Place> next(Predicate<Run> may) {
        var all = ready;
        var first = turn.getAndIncrement();
        return IntStream.range(0, all.size())
                .mapToObj(more -> all.get(Math.floorMod(first + more, all.size())))
                .filter(one -> may.test(one.replica()))
                .flatMap(one -> one.queue().enter(one.address()).stream())
                .findFirst();
    }

    /** True if a replica was ready at the last update. */
    boolean isReady() {
        return !ready.isEmpty();
    }

    /**
     * Asks for the addresses of new ones: before they are ready there is some time for it.
     *
     * @param running whether each is ready
     * @param next the one of the pool that is released next; empty: none is held
     */
    void update(Map<Run, Boolean> running, Optional<Run> next, Instant now) {
        known.entrySet().removeIf(one -> {
            var gone = !running.containsKey(one.getKey());
            if (gone) {
                one.getValue().view.ifPresent(View::close);
            }
            return gone;
        });
        var reachable = new ArrayList<Reachable>();
        running.forEach((replica, isReady) -> {
            var backend = known.computeIfAbsent(replica, first -> new Backend());
            if (backend.address.isEmpty()
                    && !backend.addressAsked.plus(ASK_AGAIN).isAfter(now)) {
                backend.addressAsked = now;
                backend.address = heldAt(replica).or(() -> address(replica));
            }
            backend.address
                    .filter(there -> isReady)
                    .ifPresent(there -> reachable.add(new Reachable(replica, there, backend.queue)));
        });
        ready = List.copyOf(reachable);
        held = next.flatMap(
                replica -> heldAt(replica).or(() -> address(replica)).map(there -> new Held(replica, there)));
    }

    private Optional<InetAddress> heldAt(Run replica) {
        return held.filter(one -> one.replica().equals(replica)).map(Held::address);
    }

    private Optional<InetAddress> address(Run replica) {
        try {
            return access.address(replica.id());
        } catch (IOException unknown) {
            LOG.debugf("%s: %s", replica, unknown.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Looks whether clients connected since the last look, or are connected. A replica that can't be seen now is looked at
     * again the next time, and nothing is missed, since its counter goes on.
     *
     * @param ports of the replicas
     */
    boolean used(Instant now, Set<Integer> ports) {
        var used = false;
        var allSeen = true;
        for (var one : known.entrySet()) {
            var clients = clients(one.getKey(), one.getValue(), ports);
            allSeen &= clients.isPresent();
            used |= clients.isPresent() && used(one.getValue(), clients.get());
        }
        unseenSince = allSeen ? Optional.empty() : unseenSince.or(() -> Optional.of(now));
        unused = allSeen && !used;
        lookedAt = now;
        return used;
    }

    /** Nobody looks at present: since when some replica can't be seen counts anew from the next look on. */
    void notLooked() {
        unseenSince = Optional.empty();
    }

    /** Looks which connections the replicas have accepted, so that they are led to more. @param ports of the replicas */
    void lookAccepted(Set<Integer> ports) {
        known.forEach((replica, backend) -> {
            var led = backend.queue.connected();
            if (!led.isEmpty()) {
                var seen = clients(replica, backend, ports);
                backend.unread = seen.isPresent() ? 0 : backend.unread + 1;
                var queued = backend.unread > MOST_UNREAD
                        ? 0
                        : seen.map(Clients::queued).orElse(led.size());
                backend.queue.accepted(led, queued);
            }
        });
    }

    private Optional<Clients> clients(Run replica, Backend backend, Set<Integer> ports) {
        if (backend.view.isEmpty()) {
            backend.view = view(replica);
        }
        return backend.view.flatMap(view -> view.read(ports));
    }

    private static boolean used(Backend backend, Clients now) {
        var before = backend.accepted;
        backend.accepted = now.accepted();
        return now.open() || before >= 0 && now.accepted() > before;
    }

    private Optional<View> view(Run replica) {
        try {
            return connections.of(replica.id());
        } catch (IOException unknown) {
            LOG.debugf("%s: %s", replica, unknown.getMessage());
            return Optional.empty();
        }
    }

    /** True if the last look was at that time or later, saw all replicas, and no client. */
    boolean unusedSince(Instant time) {
        return unused && !lookedAt.isBefore(time);
    }

    /** True if some replica could not be seen at that time, nor ever since. */
    boolean unseenSince(Instant time) {
        return unseenSince.filter(since -> !since.isAfter(time)).isPresent();
    }

    void close() {
        known.values().forEach(backend -> backend.view.ifPresent(View::close));
        known.clear();
        ready = List.of();
    }
}
