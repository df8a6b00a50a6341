package dev.mayfly.runtime;

import dev.mayfly.model.Desired;
import java.util.Collection;

/** A runtime that makes things which several replicas share (networks, named volumes) can let go of them. */
public interface Shared {

    /**
     * Removes what {@code leaving} used and no other workload needs.
     *
     * @param leaving a workload whose replicas are gone
     * @param alive what every workload that exists now asks for
     */
    void release(Desired leaving, Collection<Desired> alive);

    /**
     * Removes what no workload needs any longer. Idempotent; what is in use stays and is tried again at the next call.
     *
     * @param alive what every workload that exists now asks for
     */
    void release(Collection<Desired> alive);
}
