package dev.mayfly.runtime;

import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Requests;

/** A runtime on one machine, whose room is finite, can say how much there is and how much is taken. */
public interface Capacity {

    /** What the machine has in all, before any reserve. @throws RuntimeUnavailable where it is not known */
    Requests total();

    /**
     * What replicas use, except those of {@code besides}.
     *
     * @param namespace count only this namespace's; null: all
     * @throws RuntimeUnavailable where it is not known
     */
    Usage used(OwnerId besides, String namespace);

    /** @param replicas pending, created, running or terminating ones */
    record Usage(int replicas, Requests requests) {}
}
