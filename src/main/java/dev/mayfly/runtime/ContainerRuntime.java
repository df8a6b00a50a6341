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
 * Where replicas live. Launches and removals are accepted at once and carried out asynchronously: from the moment of
 * acceptance they show in what is observed, so the next plan already counts them. Every implementation passes
 * {@code ContainerRuntimeContract}. What else it is able to do, it offers as objects: a runtime has none of these capabilities unless it says so.
 */
public interface ContainerRuntime {

    /**
     * All replicas of one workload, with accepted and not yet finished requests, from memory.
     *
     * @throws RuntimeUnavailable where the truth is not known: nothing may be planned then
     */
    Observed observe(OwnerId owner, Instant now);

    /**
     * Every workload that has replicas here, whether its resource still exists or not.
     *
     * @throws RuntimeUnavailable where the truth is not known
     */
    Set<OwnerId> owners();

    /** Accepts a launch. A replica of that id which is pending or running already makes this a no-op. */
    void launch(Launch launch);

    /** Accepts a removal. A replica that is unknown or already terminating makes this a no-op. */
    void remove(Removal removal);

    /** Calls {@code changed} with each workload whose replicas may have changed: a hint, which may come late or twice.
     * {@link OwnerId#EVERY} stands for all of them. */
    AutoCloseable watch(Consumer<OwnerId> changed);

    /** How much room there is, and how much is taken; empty: it is not bounded. */
    default Optional<Capacity> capacity() {
        return Optional.empty();
    }

    /** The images that replicas are made from; empty: there are none. */
    default Optional<ImageEngine> imageEngine() {
        return Optional.empty();
    }

    /** What several replicas share; empty: nothing. */
    default Optional<Shared> shared() {
        return Optional.empty();
    }

    /** What is left of workloads that are gone; empty: nobody can look. */
    default Optional<Remains> remains() {
        return Optional.empty();
    }

    /** What the runtime does, as it does it; empty: it does not tell. */
    default Optional<Reporting> reporting() {
        return Optional.empty();
    }

    /** What replicas write outside of volumes; empty: nobody looks. */
    default Optional<WriteAudit> writeAudit() {
        return Optional.empty();
    }

    /** Whether replicas are busy; empty: they can't be asked. */
    default Optional<BusyWatch> busyWatch() {
        return Optional.empty();
    }

    /** How replicas ended; empty: nobody remembers. */
    default Optional<Endings> endings() {
        return Optional.empty();
    }
}
