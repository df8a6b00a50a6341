package dev.mayfly.runtime.support;

import dev.mayfly.core.model.ReplicaId;
import java.util.List;

/** What a runtime does with containers once it is known that it is to be done. */
public interface Containers {

    /** Inspects it, at once or soon, and has {@link Lifecycle} told what it is. */
    void look(String container);

    /**
     * Ends and removes it, and what belonged to it, and returns when both are gone. One that is not there is fine.
     *
     * @return paths that it is known to have written outside of volumes
     * @throws EngineRefused where that is refused; any other exception is silence, and it is tried again as well
     */
    List<String> remove(ReplicaId id, String container);

    /** Removes what belonged to a replica that has no container, or not any more. @return as {@link #remove} */
    List<String> discard(ReplicaId id);
}
