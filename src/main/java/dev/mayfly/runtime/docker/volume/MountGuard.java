package dev.mayfly.runtime.docker.volume;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerMount;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.Ownership;
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
 * Which places of the host which containers have mounted. The engine takes a path and follows links, so no part of a path
 * that it is given may lie in what any container can write: of two mounts one may lie below the other only where the upper
 * one is read-only. It holds in both directions and for as long as both live: whoever writes to {@code /v} could move
 * {@code /v/a}, which another one holds and could then replace parts of, under a name that nobody guards.
 *
 * <p>Of two that take places at the same time one sees the other's: that is decided under this object's lock, in memory. The
 * engine's list of strangers is read before, under another lock that only those wait for who need the list.
 */
public final class MountGuard {
    /** How old the list of all containers may be. Strangers only come by the hand of somebody who is root anyway. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private static final Set<String> OVER = Set.of("exited", "dead", "removing");

    private final UnaryOperator<String> real;
    private final String socket;
    private final InstantSource clock;
    /** By container name, from before a container is made until it is gone. */
    private final Map<String, List<Place>> ours = new HashMap<>();

    private final Lock looking = new ReentrantLock();
    /** Strangers by container id: true for those that are root on the host whatever they mount. Guarded by {@link #looking}. */
    private final Map<String, Boolean> trusted = new HashMap<>();
    /** Guarded by {@link #looking}. */
    private Instant seenAt = Instant.MIN;

    private Map<String, List<Place>> seen = Map.of();

    /**
     * @param real resolves links
     * @param socket path of the engine's socket: a container that has it mounted is root on the host, as the operator is
     */
    public MountGuard(UnaryOperator<String> real, String socket, InstantSource clock) {
        this.real = real;
        this.socket = real.apply(socket);
        this.clock = clock;
    }

    /** What the engine is asked. */
    interface Census {
        /** All containers, whoever made them, ended ones too. */
        List<Container> containers();

        /** True where that container is privileged; false where it is gone as well. */
        boolean privileged(String container);
    }

    /** @param path absolute and normal, as the engine gets it */
    record Place(String path, boolean writable) {
        boolean holds(Place other) {
            return other.path.startsWith(path.equals("/") ? path : path + "/") && !other.path.equals(path);
        }

        boolean endangers(Place other) {
            return writable && holds(other);
        }

        boolean overlaps(Place other) {
            return path.equals(other.path) || holds(other) || other.holds(this);
        }
    }

    /**
     * Takes these places for the replica, until {@link #release}. Repeated, it checks again.
     *
     * @throws Host.Refused where one of them lies in what another container, or the replica itself, can write
     */
    void hold(ReplicaId id, List<Place> places, Census census) {
        if (!places.isEmpty()) {
            look(census);
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

    /** True where another container can write to the place, to something in it, or to what it lies in. */
    synchronized boolean shared(ReplicaId id, String path) {
        var place = new Place(path, true);
        return others(Ownership.containerName(id)).values().stream()
                .flatMap(List::stream)
                .anyMatch(other -> other.writable() && other.overlaps(place));
    }

    synchronized void release(ReplicaId id) {
        ours.remove(Ownership.containerName(id));
    }

    /** @param known all that may hold something; asked while nobody can take anything, so none is missing */
    synchronized void retain(Supplier<Set<ReplicaId>> known) {
        ours.keySet()
                .retainAll(known.get().stream().map(Ownership::containerName).collect(Collectors.toSet()));
    }

    private static void require(Place place, Place other, String holder) {
        if (other.endangers(place)) {
            throw new Host.Refused("the path " + place.path() + " lies in " + other.path() + ", which " + holder
                    + " can write to and so could put a link in its place. Mount " + other.path()
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

    private void look(Census census) {
        looking.lock();
        try {
            var now = clock.instant();
            if (!seenAt.plus(FRESH).isAfter(now)) {
                count(census);
                seenAt = now;
            }
        } finally {
            looking.unlock();
        }
    }

    private void count(Census census) {
        var living = new HashMap<String, List<Place>>();
        var over = new HashSet<String>();
        var all = census.containers();
        trusted.keySet().retainAll(all.stream().map(Container::getId).collect(Collectors.toSet()));
        for (var container : all) {
            var name = container.getNames() == null || container.getNames().length == 0
                    ? container.getId()
                    : container.getNames()[0].substring(1);
            if (OVER.contains(String.valueOf(container.getState()))) {
                over.add(name); // what ended is never started again: its successor is another container
            } else if (!isRootAnyway(container, census)) {
                living.put(name, mounts(container).map(this::place).toList());
            }
        }
        seen(living, over);
    }

    private synchronized void seen(Map<String, List<Place>> living, Set<String> over) {
        ours.keySet().removeAll(over);
        seen = living;
    }

    private Place place(ContainerMount mount) {
        return new Place(real.apply(mount.getSource()), Boolean.TRUE.equals(mount.getRw()));
    }

    /** Such as the operator's own Pod, or a cluster's node in a container. Asked once: it never changes. */
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
