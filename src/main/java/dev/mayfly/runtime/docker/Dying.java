package dev.mayfly.runtime.docker;

import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Replicas whose end an event told, until they are inspected, which may take a while: a container's end holds it up. Meanwhile
 * nobody may count on them, or a rollout would take one too many.
 */
final class Dying {
    private final ReplicaIndex index;
    private final InstantSource clock;
    /** As they were then. */
    private final Map<ReplicaId, Replica> before = new ConcurrentHashMap<>();

    Dying(ReplicaIndex index, InstantSource clock) {
        this.index = index;
        this.clock = clock;
    }

    void told(ReplicaId id) {
        index.change(id, replica -> {
            if (replica.phase() != Phase.RUNNING) {
                return replica;
            }
            before.putIfAbsent(id, replica);
            return replica.serving(false, clock.instant());
        });
    }

    /** True where an inspection is awaited. */
    boolean isTold(ReplicaId id) {
        return before.containsKey(id);
    }

    /** Somebody may have started the same container again before we looked: it is what it was, until its probes say otherwise. */
    void inspected(Replica seen) {
        var known = before.get(seen.id());
        if (known == null) {
            return;
        }
        var again = seen.phase() == Phase.RUNNING && startedLater(seen, known);
        if (again && known.ready()) {
            index.change(
                    seen.id(),
                    replica -> replica.phase() == Phase.RUNNING ? replica.serving(true, clock.instant()) : replica);
        }
        if (again || seen.phase() != Phase.RUNNING) { // else it was asked for before the end
            before.remove(seen.id());
        }
    }

    private static boolean startedLater(Replica seen, Replica known) {
        return seen.startedAt()
                .filter(start -> known.startedAt().filter(start::isAfter).isPresent())
                .isPresent();
    }

    /** Those that are not known any more. */
    void forgetGone() {
        before.keySet().removeIf(id -> index.find(id).isEmpty());
    }
}
