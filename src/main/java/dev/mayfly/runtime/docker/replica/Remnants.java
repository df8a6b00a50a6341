package dev.mayfly.runtime.docker.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.host.KernelTraces;
import dev.mayfly.host.KernelTraces.GoneContainer;
import dev.mayfly.runtime.docker.network.NamespaceNetworks;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Remembers removed containers and networks until nothing of them is left below the engine's API: the engine lists no
 * container whose shim, mounts or cgroup stayed behind. Kept in memory, so an operator that restarts does not know of
 * earlier ones.
 */
public final class Remnants {
    /** Bounds the memory for the case that something is left of every container. */
    private static final int MOST = 10_000;

    /** The kernel takes a moment to end what the engine let go. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final Optional<KernelTraces> traces;
    private final NamespaceNetworks networks;
    private final Cache<GoneContainer, Removed> gone =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
    /** By network: interfaces that belong to no container, as of the last check of all. */
    private volatile Map<String, Integer> strayInterfaces = Map.of();

    /** @param at when the removal was answered, from {@link System#nanoTime} */
    private record Removed(OwnerId owner, long at) {
        boolean settled() {
            return System.nanoTime() - at > SETTLING.toNanos();
        }
    }

    /** @param traces empty if the operator does not run on the engine's machine as root */
    public Remnants(Optional<KernelTraces> traces, NamespaceNetworks networks) {
        this.traces = traces;
        this.networks = networks;
    }

    /**
     * Notes where the container's network namespace is, while a process in it shows that. The result is passed to
     * {@link #removed} after the container's removal.
     */
    GoneContainer leaving(String container) {
        return new GoneContainer(container, traces.flatMap(kernel -> kernel.networkNamespace(container)));
    }

    void removed(OwnerId owner, GoneContainer container) {
        if (traces.isPresent()) {
            gone.put(container, new Removed(owner, System.nanoTime()));
        }
    }

    /**
     * Checks what is left of the workload's removed containers and of its namespace's network, if that was removed, and
     * forgets those of which nothing is left.
     *
     * @param listed IDs of containers that the engine still lists, such as renamed ones
     * @return empty if it can't be seen from here
     */
    Optional<List<String>> check(OwnerId owner, Set<String> listed) {
        return forgetGone(removed -> removed.owner().equals(owner), owner.namespace()::equals, listed)
                .map(Stream::toList);
    }

    /**
     * Checks what is left of all containers and networks that were removed some seconds ago, and remembers the number of
     * interfaces in networks that belong to no container for the next check; otherwise as {@link #check}.
     *
     * @param endpoints number of running containers by ID of the network
     */
    Optional<List<String>> checkAll(Set<String> listed, Map<String, Integer> endpoints) {
        return forgetGone(Removed::settled, namespace -> true, listed)
                .map(left -> Stream.concat(left, countStrayInterfaces(endpoints).stream())
                        .toList());
    }

    /** @return what is left of the others */
    private Optional<Stream<String>> forgetGone(
            Predicate<Removed> which, Predicate<String> namespaces, Set<String> listed) {
        var suspects = gone.asMap().entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .filter(container -> !listed.contains(container.id()))
                .toList();
        return traces.flatMap(kernel -> kernel.of(suspects)).map(left -> {
            suspects.stream()
                    .filter(container -> !left.containsKey(container.id()))
                    .forEach(gone::invalidate);
            return Stream.concat(
                    left.values().stream().flatMap(Collection::stream), forgetGoneNetworks(namespaces).stream());
        });
    }

    /** @return what is left of the others */
    private List<String> forgetGoneNetworks(Predicate<String> namespaces) {
        var suspects = networks.removed().entrySet().stream()
                .filter(entry -> namespaces.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        var left = traces.orElseThrow().ofNetworks(suspects);
        networks.forgetRemoved(
                suspects.stream().filter(network -> !left.containsKey(network)).toList());
        return left.values().stream().flatMap(Collection::stream).toList();
    }

    /** A container may start or end between the two counts, so only interfaces that two checks in a row found are left. */
    private List<String> countStrayInterfaces(Map<String, Integer> endpoints) {
        var now = new HashMap<String, Integer>();
        endpoints.forEach((network, containers) ->
                now.put(network, traces.orElseThrow().interfaces(network).size() - containers));
        var before = strayInterfaces;
        strayInterfaces = Map.copyOf(now);
        return now.entrySet().stream()
                .map(entry ->
                        Map.entry(entry.getKey(), Math.min(entry.getValue(), before.getOrDefault(entry.getKey(), 0))))
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> "interfaces of no container in network " + entry.getKey() + ": " + entry.getValue())
                .sorted()
                .toList();
    }
}
