package dev.mayfly.runtime;

import dev.mayfly.core.model.Template.Requests;

/** A runtime on a single machine with finite capacity. */
public interface Capacity {

    /**
     * Total resources of the machine, before any reserve; from memory.
     *
     * @throws RuntimeUnavailable if they are not known
     */
    Requests total();
}
