package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Index of every workload, and the watchers of its changes. */
final class Replicas {
    private final Map<OwnerId, Observed> byOwner = new LinkedHashMap<>();
    private final List<Consumer<OwnerId>> watchers = new CopyOnWriteArrayList<>();

    Observed of(OwnerId owner) {
        return byOwner.getOrDefault(owner, Observed.none(owner, Instant.EPOCH));
    }

    Optional<Replica> find(ReplicaId id) {
        return of(id.owner()).find(id);
    }

    Optional<Replica> running(ReplicaId id) {
        return find(id).filter(replica -> replica.phase() == Phase.RUNNING);
    }

    Stream<Replica> all() {
        return List.copyOf(byOwner.values()).stream().flatMap(Observed::all);
    }

    Set<OwnerId> owners() {
        return Set.copyOf(byOwner.keySet());
    }

    void put(Replica replica) {
        index(of(replica.id().owner()).with(replica));
    }

    void drop(ReplicaId id) {
        index(of(id.owner()).without(id));
    }

    AutoCloseable watch(Consumer<OwnerId> changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    private void index(Observed observed) {
        if (observed.isEmpty()) {
            byOwner.remove(observed.owner());
        } else {
            byOwner.put(observed.owner(), observed);
        }
        hint(observed.owner());
    }

    void hint(OwnerId changed) {
        watchers.forEach(watcher -> watcher.accept(changed));
    }
}
