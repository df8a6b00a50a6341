package dev.mayfly.runtime;

import dev.mayfly.core.model.Desired;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** A runtime with resources that several replicas share (networks, named volumes), and that can remove them. */
public interface Shared {

    /**
     * Removes the resources that {@code leaving} used and that no other workload needs.
     *
     * @param leaving a workload whose replicas are gone
     * @param alive desired state of every workload that exists now
     */
    void release(Desired leaving, Collection<Desired> alive);

    /**
     * Removes resources that no workload needs any more. Idempotent; resources in use stay and are retried at the next
     * call.
     *
     * @param alive desired state of every workload that exists now and whose spec can be read
     * @param unread namespaces with a workload whose spec can't be read: their resources stay
     * @param madeBefore younger resources stay, because a workload created meanwhile may be about to use them
     */
    void release(Collection<Desired> alive, Set<String> unread, Instant madeBefore);
}
