package dev.mayfly.runtime.simulated;

import dev.mayfly.model.Observed;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Requests;
import dev.mayfly.runtime.Capacity.Usage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Every workload's index, and who wants to hear of changes. */
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

    Usage used(OwnerId besides, String namespace) {
        return all().filter(replica -> !replica.id().owner().equals(besides))
                .filter(r ->
                        namespace == null || namespace.equals(r.id().owner().namespace()))
                .filter(r -> r.phase().mayRun() || r.phase() == Phase.CREATED)
                .reduce(
                        new Usage(0, Requests.NONE),
                        (sum, r) -> new Usage(sum.replicas() + 1, sum.requests().plus(r.requests())),
                        (a, b) -> new Usage(
                                a.replicas() + b.replicas(), a.requests().plus(b.requests())));
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
