package dev.mayfly.runtime;

import dev.mayfly.core.model.Requests;

/** A runtime on one machine, whose room is finite, can say how much there is. */
public interface Capacity {

    /** What the machine has in all, before any reserve; from memory. @throws RuntimeUnavailable where it is not known */
    Requests total();
}
