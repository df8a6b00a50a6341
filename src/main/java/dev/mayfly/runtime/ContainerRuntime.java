package dev.mayfly.runtime;

import dev.mayfly.model.Launch;
import dev.mayfly.model.Observed;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.Removal;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where replicas live. Launches and removals are accepted at once and carried out asynchronously: from the moment of
 * acceptance they show in what is observed, so the next plan already counts them. Every implementation passes
 * {@code ContainerRuntimeContract}.
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
}
