package dev.mayfly.runtime;

import dev.mayfly.core.model.Desired;
import java.util.List;

/** A runtime that can look what is left of a workload whose replicas are gone. */
public interface Remains {

    /**
     * Looks at the engine and the host, not at memory.
     *
     * @throws RuntimeUnavailable where they don't say
     */
    Left left(Desired gone);

    /**
     * @param things containers that carry the workload's UID, directories on the host that do, and the network that the engine did not
     *     give back; sorted
     * @param volumes names of the engine's volumes that the template names and that are there; sorted
     */
    record Left(List<String> things, List<String> volumes) {}
}
