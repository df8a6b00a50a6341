package dev.mayfly.runtime.docker.volume;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerMount;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.engine.Engine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tracks which host paths are mounted into which containers. The engine follows links in a path, so no part of a
 * mounted path may lie in a directory that any container can write to: one mount may lie below another only if the
 * upper one is read-only. This holds in both directions for as long as both containers exist: a container that writes
 * to {@code /v} could rename {@code /v/a}, which another container has mounted, and then replace parts of it under a
 * name that is not guarded.
 *
 * <p>Of two replicas that mount paths at the same time, one sees the other's: this is decided under this object's lock,
 * in memory. The engine's list of other containers is read before that, under another lock that delays only callers who
 * need the list.
 */
public final class MountGuard {
    /** Maximum age of the list of all containers. Only a user who is root anyway can start other containers. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private static final Set<String> OVER = Set.of("exited", "dead", "removing");

    private final UnaryOperator<String> real;
    private final String socket;
    private final InstantSource clock;
    /** Mounted places by container name, from before a container is created until it is gone. */
    private final Map<String, List<Place>> ours = new HashMap<>();

    private final Lock reading = new ReentrantLock();
    /**
     * Other containers by ID: true for those that are root on the host regardless of their mounts. Guarded by
     * {@link #reading}.
     */
    private final Map<String, Boolean> trusted = new HashMap<>();
    /** The mounts of containers that were started, by ID. Guarded by {@link #reading}. */
    private final Map<String, List<Place>> resolved = new HashMap<>();
    /** Guarded by {@link #reading}. */
    private Instant seenAt = Instant.MIN;

    private Map<String, List<Place>> seen = Map.of();

    /**
     * @param real resolves links
     * @param socket path of the engine's socket: a container that mounts it is root on the host, as the operator is
     */
    public MountGuard(UnaryOperator<String> real, String socket, InstantSource clock) {
        this.real = real;
        this.socket = real.apply(socket);
        this.clock = clock;
    }

    /** Questions to the engine. */
    interface Census {
        /** All containers, regardless of who created them, including stopped ones. */
        List<Container> containers();

        /** True if the container is privileged; false also if it is gone. */
        boolean privileged(String container);
    }

    /** @param path absolute and normalized, as passed to the engine */
    record Place(String path, boolean writable) {
        boolean holds(Place other) {
            return other.path.startsWith(path.equals("/") ? path : path + "/") && !other.path.equals(path);
        }

        boolean endangers(Place other) {
            return writable && holds(other);
        }
    }

    /**
     * Reserves these places for the replica until {@link #release}. A repeated call checks them again.
     *
     * @throws Host.Refused if one of them lies in a directory that another container, or the replica itself, can write
     *     to
     */
    void hold(ReplicaId id, List<Place> places, Census census) {
        if (!places.isEmpty()) {
            readMounts(census);
            take(id, places);
        }
    }

    private synchronized void take(ReplicaId id, List<Place> places) {
        var name = Ownership.containerName(id);
        for (var place : places) {
            places.forEach(other -> require(place, other, "the same replica"));
            others(name).forEach((holder, held) -> held.forEach(other -> require(place, other, "container " + holder)));
        }
        ours.put(name, List.copyOf(places));
    }

    synchronized void release(ReplicaId id) {
        ours.remove(Ownership.containerName(id));
    }

    /** @param known all replicas that may hold places; called while no place can be reserved, so none is missing */
    synchronized void retain(Supplier<Set<ReplicaId>> known) {
        ours.keySet()
                .retainAll(known.get().stream().map(Ownership::containerName).collect(Collectors.toSet()));
    }

    private static void require(Place place, Place other, String holder) {
        if (other.endangers(place)) {
            throw new Host.Refused("the path " + place.path() + " lies in " + other.path() + ", which " + holder
                    + " can write to and so could replace it with a link. Mount " + other.path()
                    + " read-only there, or stop that first.");
        }
        if (place.endangers(other)) {
            throw new Host.Refused("the path " + place.path() + " is mounted writable, and " + holder + " has "
                    + other.path() + " in it. Mount " + place.path() + " read-only, or stop that first.");
        }
    }

    private Map<String, List<Place>> others(String name) {
        var others = new HashMap<>(seen);
        others.putAll(ours);
        others.remove(name);
        return others;
    }

    private void readMounts(Census census) {
        reading.lock();
        try {
            var now = clock.instant();
            if (!seenAt.plus(FRESH).isAfter(now)) {
                count(census);
                seenAt = now;
            }
        } finally {
            reading.unlock();
        }
    }

    private void count(Census census) {
        var living = new HashMap<String, List<Place>>();
        var over = new HashSet<String>();
        var all = census.containers();
        var ids = all.stream().map(Container::getId).collect(Collectors.toSet());
        trusted.keySet().retainAll(ids);
        resolved.keySet().retainAll(ids);
        for (var container : all) {
            var name = Engine.name(container).map(Ownership::unpooled).orElse(container.getId());
            if (OVER.contains(String.valueOf(container.getState()))) {
                over.add(name); // a stopped container is never started again: its successor is another container
            } else if (!isRootAnyway(container, census)) {
                living.put(name, places(container));
            }
        }
        seen(living, over);
    }

    private synchronized void seen(Map<String, List<Place>> living, Set<String> over) {
        ours.keySet().removeAll(over);
        seen = living;
    }

    /**
     * Of a container that was started once for good: what it has mounted is fixed then, and a path on a server that answers no longer would
     * be waited for, by each launch.
     */
    private List<Place> places(Container container) {
        var known = resolved.get(container.getId());
        if (known != null) {
            return known;
        }
        var places = mounts(container).map(this::place).toList();
        if (!"created".equals(container.getState())) {
            resolved.put(container.getId(), places);
        }
        return places;
    }

    private Place place(ContainerMount mount) {
        return new Place(real.apply(mount.getSource()), Boolean.TRUE.equals(mount.getRw()));
    }

    /**
     * True for a container such as the operator's own Pod, or a cluster node in a container. Checked once per
     * container, because it never changes.
     */
    private boolean isRootAnyway(Container container, Census census) {
        if (container.getLabels() != null && container.getLabels().containsKey(Ownership.CLUSTER)
                || mounts(container).noneMatch(mount -> Boolean.TRUE.equals(mount.getRw()))) {
            return false;
        }
        var known = trusted.get(container.getId());
        if (known == null) {
            known = mounts(container).anyMatch(mount -> place(mount).path().equals(socket))
                    || census.privileged(container.getId());
            trusted.put(container.getId(), known);
        }
        return known;
    }

    private static Stream<ContainerMount> mounts(Container container) {
        return container.getMounts() == null
                ? Stream.empty()
                : container.getMounts().stream()
                        .filter(mount ->
                                mount.getSource() != null && mount.getSource().startsWith("/"));
    }
}
