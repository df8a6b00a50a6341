package dev.mayfly.runtime.support;

import dev.mayfly.core.model.ReplicaId;
import java.util.List;

/** Operations on containers that {@link Lifecycle} requests. */
public interface Containers {

    /** Inspects the container, at once or soon, and reports the result to {@link Lifecycle}. */
    void inspect(String container);

    /**
     * Kills and removes the container and everything that belonged to it; returns when both are gone. Succeeds if there
     * is no such container.
     *
     * @return known paths that it wrote outside of volumes
     * @throws EngineRefused if the engine or the host refuses; any other exception means that it did not answer. Both
     *     are retried
     */
    List<String> remove(ReplicaId id, String container);

    /**
     * Removes what belonged to a replica that has no container, or no longer has one. By default, nothing did.
     *
     * @return as {@link #remove}
     */
    default List<String> discard(ReplicaId id) {
        return List.of();
    }
}
