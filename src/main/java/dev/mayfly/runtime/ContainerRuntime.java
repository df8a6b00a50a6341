package dev.mayfly.runtime;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Removal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs replicas. Launches and removals are accepted at once and carried out asynchronously. Accepted requests show in
 * {@link #observe} immediately, so the next plan already counts them. Every implementation passes
 * {@code ContainerRuntimeContract}. Optional capabilities are returned as objects; by default a runtime has none of
 * them.
 */
public interface ContainerRuntime {

    /**
     * All replicas of one workload, including accepted requests that are not finished, from memory.
     *
     * @throws RuntimeUnavailable if the runtime's state is unknown: nothing may be planned then
     */
    Observed observe(OwnerId owner, Instant now);

    /**
     * Every workload that has replicas here, whether or not its resource still exists.
     *
     * @throws RuntimeUnavailable if the runtime's state is unknown
     */
    Set<OwnerId> owners();

    /** Accepts a launch. Does nothing if the replica with that ID is already pending or running. */
    void launch(Launch launch);

    /** Accepts a removal. Does nothing if the replica is unknown or already terminating. */
    void remove(Removal removal);

    /**
     * Calls {@code changed} with each workload whose replicas may have changed. The call is a hint, which may come late
     * or twice. {@link OwnerId#EVERY} stands for all workloads.
     */
    AutoCloseable watch(Consumer<OwnerId> changed);

    /** Total capacity of the runtime; empty if it is unbounded. */
    default Optional<Capacity> capacity() {
        return Optional.empty();
    }

    /** The images that replicas are created from; empty if there are none. */
    default Optional<ImageEngine> imageEngine() {
        return Optional.empty();
    }

    /** Resources that several replicas share; empty if there are none. */
    default Optional<Shared> shared() {
        return Optional.empty();
    }

    /** Leftovers of deleted workloads; empty if the runtime can't find them. */
    default Optional<RemainingResources> remainingResources() {
        return Optional.empty();
    }

    /** Events of the runtime as they occur; empty if it reports none. */
    default Optional<Reporting> reporting() {
        return Optional.empty();
    }

    /** Writes of replicas outside of volumes; empty if the runtime doesn't audit them. */
    default Optional<WriteAudit> writeAudit() {
        return Optional.empty();
    }

    /** Whether replicas are busy; empty if the runtime can't probe them. */
    default Optional<BusyWatch> busyWatch() {
        return Optional.empty();
    }

    /** Recent terminations of replicas; empty if the runtime doesn't keep them. */
    default Optional<RecentTerminations> terminations() {
        return Optional.empty();
    }
}
