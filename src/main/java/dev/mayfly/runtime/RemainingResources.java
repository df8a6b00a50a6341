package dev.mayfly.runtime;

import dev.mayfly.core.model.Desired;
import java.util.List;

/** A runtime that can find what remains of a workload whose replicas are gone. */
public interface RemainingResources {

    /**
     * Queries the engine and the host, not memory.
     *
     * @throws RuntimeUnavailable if they don't answer
     */
    Left left(Desired gone);

    /**
     * @param resources containers and host directories that carry the workload's UID, and the network that the engine
     *     did not remove; sorted
     * @param volumes existing engine volumes that the template names; sorted
     */
    record Left(List<String> resources, List<String> volumes) {}
}
