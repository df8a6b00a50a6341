package dev.mayfly.runtime;

import dev.mayfly.core.model.Desired;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

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
     * @param alive what every workload that exists now asks for, as far as it can be read
     * @param unread namespaces with a workload that can't be: what is theirs stays
     * @param madeBefore what is younger stays, since a workload that came meanwhile may be about to use it
     */
    void release(Collection<Desired> alive, Set<String> unread, Instant madeBefore);
}
