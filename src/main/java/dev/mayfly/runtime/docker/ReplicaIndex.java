package dev.mayfly.runtime.docker;

import dev.mayfly.model.Observed;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Writes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** What is known of every workload's replicas, and which container each is. Changes of one workload are atomic. */
final class ReplicaIndex {
    private static final Logger LOG = Logger.getLogger(ReplicaIndex.class);
    /** No call of the engine takes longer. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(10);

    private final Map<OwnerId, Observed> owners = new ConcurrentHashMap<>();
    private final Map<ReplicaId, String> containers = new ConcurrentHashMap<>();
    private final Map<String, ReplicaId> replicas = new ConcurrentHashMap<>();
    /** Containers that were removed, and when by {@link System#nanoTime}: what an answer under way says of them is old. */
    private final Map<String, Long> forgotten = new ConcurrentHashMap<>();

    private final List<Consumer<OwnerId>> watchers = new CopyOnWriteArrayList<>();

    Observed observe(OwnerId owner, Instant now) {
        var observed = owners.get(owner);
        return observed == null ? Observed.none(owner, now) : observed.at(now);
    }

    Set<OwnerId> owners() {
        return Set.copyOf(owners.keySet());
    }

    List<Observed> all() {
        return List.copyOf(owners.values());
    }

    /** Changes one workload's index and tells the watchers where it did change. */
    void change(OwnerId owner, UnaryOperator<Observed> change) {
        var changed = new boolean[1];
        owners.compute(owner, (id, before) -> {
            var from = before == null ? Observed.none(owner, Instant.EPOCH) : before;
            var to = change.apply(from);
            changed[0] = to != from;
            return to.isEmpty() ? null : to;
        });
        if (changed[0]) {
            tell(owner);
        }
    }

    /** Replaces a replica by what {@code change} makes of it; nothing happens where it is unknown or stays the same. */
    void change(ReplicaId id, UnaryOperator<Replica> change) {
        change(id.owner(), observed -> {
            var before = observed.find(id);
            var after = before.map(change);
            return after.equals(before) ? observed : observed.with(after.get());
        });
    }

    Optional<Replica> find(ReplicaId id) {
        return Optional.ofNullable(owners.get(id.owner())).flatMap(observed -> observed.find(id));
    }

    /** Forgets a replica and its container. */
    void remove(ReplicaId id) {
        forgetContainer(id);
        change(id.owner(), observed -> observed.without(id));
    }

    /** Its container was removed so that a fresh one takes its slot: until then it is known from memory. */
    void replaced(ReplicaId id, Instant at) {
        forgetContainer(id);
        change(
                id.owner(),
                observed -> observed.occupant(id.slot())
                        .filter(occupant -> occupant.id().equals(id))
                        .map(occupant -> observed.with(occupant.failed(
                                Phase.LOST, at, occupant.unhealthy().orElse(Writes.REPLACED))))
                        .orElseGet(() -> observed.without(id)));
    }

    private void forgetContainer(ReplicaId id) {
        var container = containers.remove(id);
        if (container != null) {
            forgotten.put(container, System.nanoTime());
            replicas.remove(container);
        }
    }

    /** True for a container that was removed a moment ago, though an answer that was asked for earlier still has it. */
    boolean forgotten(String container) {
        return forgotten.containsKey(container);
    }

    /** Of those that were removed so long ago that no answer is under way any more. */
    void forgetEarlier() {
        var longAgo = System.nanoTime() - UNDER_WAY.toNanos();
        forgotten.values().removeIf(at -> at < longAgo);
    }

    void identify(ReplicaId id, String container) {
        containers.put(id, container);
        replicas.put(container, id);
    }

    Optional<String> container(ReplicaId id) {
        return Optional.ofNullable(containers.get(id));
    }

    Optional<ReplicaId> replica(String container) {
        return Optional.ofNullable(replicas.get(container));
    }

    Set<String> knownContainers() {
        return Set.copyOf(replicas.keySet());
    }

    AutoCloseable watch(Consumer<OwnerId> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /** Whoever can't be told now is told of the next change; nobody else suffers from it. */
    void tell(OwnerId owner) {
        watchers.forEach(watcher -> {
            try {
                watcher.accept(owner);
            } catch (RuntimeException defect) {
                LOG.warnf(defect, "A change of %s could not be told", owner);
            }
        });
    }
}
