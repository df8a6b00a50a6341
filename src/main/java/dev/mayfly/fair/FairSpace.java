package dev.mayfly.fair;

import dev.mayfly.core.model.ReplicaId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Bytes of a space that namespaces share, held for as long as replicas live. A namespace has half of it at most, so that
 * one alone can't take it from others.
 *
 * <p>The half is fixed, unlike that of {@link FairPlaces}: a share that shrank when others came would leave a namespace
 * without space for the successors of its replicas.
 */
public final class FairSpace {
    /** By replica and the name of what it holds. Guarded by this object, as the next. */
    private final Map<ReplicaId, Map<String, Long>> held = new HashMap<>();
    /** None is absent. */
    private final Map<String, Long> byNamespace = new HashMap<>();

    /**
     * Takes bytes under that name, in place of those that the replica held under it.
     *
     * @param total bytes of the space
     * @return false if its namespace would have more than half of the space then; nothing is taken
     */
    public synchronized boolean take(ReplicaId replica, String name, long bytes, long total) {
        var more = bytes - held.getOrDefault(replica, Map.of()).getOrDefault(name, 0L);
        var namespace = replica.owner().namespace();
        if (more > 0 && byNamespace.getOrDefault(namespace, 0L) + more > total / 2) {
            return false;
        }
        held.computeIfAbsent(replica, first -> new HashMap<>()).put(name, bytes);
        add(namespace, more);
        return true;
    }

    /** Counts what a replica was found to hold, by name. No effect if it is known to hold anything. */
    public synchronized void find(ReplicaId replica, Map<String, Long> bytes) {
        if (held.putIfAbsent(replica, new HashMap<>(bytes)) == null) {
            add(replica.owner().namespace(), sum(bytes));
        }
    }

    /** Gives back all that the replica holds. */
    public synchronized void leave(ReplicaId replica) {
        var bytes = held.remove(replica);
        if (bytes != null) {
            add(replica.owner().namespace(), -sum(bytes));
        }
    }

    /** The replicas that hold something. */
    public synchronized Set<ReplicaId> holders() {
        return Set.copyOf(held.keySet());
    }

    private void add(String namespace, long more) {
        byNamespace.merge(namespace, more, (had, change) -> had + change == 0 ? null : Long.valueOf(had + change));
    }

    private static long sum(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
