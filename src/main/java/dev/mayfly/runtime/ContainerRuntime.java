package dev.mayfly.runtime;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs replicas. Launches and removals are accepted at once and carried out asynchronously. Accepted requests show in
 * {@link #observe} immediately, so the next plan already counts them. Every implementation passes
 * {@code ContainerRuntimeContract}. Optional capabilities are returned as objects of the interfaces below; by default a
 * runtime has none of them. A capability that keeps state for each workload is an {@link OwnerState}.
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
    default Optional<SharedResources> sharedResources() {
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

    /** Measurements of its own work; empty if the runtime takes none. */
    default Optional<Measuring> measuring() {
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

    /** Which workloads used up their share of the runtime; empty if it doesn't share itself out. */
    default Optional<FairShare> fairShare() {
        return Optional.empty();
    }

    /** Streams of the replicas' containers; empty if the runtime gives no access to them. */
    default Optional<ContainerAccess> access() {
        return Optional.empty();
    }

    /** This runtime, as far as its replicas are no Pods themselves, so that Pods can show them; empty: all are Pods. */
    default Optional<ContainerRuntime> showable() {
        return Optional.of(this);
    }

    /** The warm pool; empty if the runtime can't hold replicas. */
    default Optional<Holding> holding() {
        return Optional.empty();
    }

    /** A wait before stops; empty if the runtime stops replicas at once. */
    default Optional<Drains> drains() {
        return Optional.empty();
    }

    /** The connections that clients make to replicas; empty if the runtime can't see them. */
    default Optional<ClientConnections> clientConnections() {
        return Optional.empty();
    }

    /** Shows the TCP connections that clients make to replicas. */
    interface ClientConnections {

        /**
         * Begins to look at a replica's connections. Blocks: asks the engine.
         *
         * @return empty: it does not run
         * @throws IOException if the engine does not answer
         */
        Optional<View> of(ReplicaId replica) throws IOException;

        /** One replica's connections. For one thread at a time. */
        interface View extends AutoCloseable {

            /**
             * Reads the kernel's counters, which miss no connection.
             *
             * @param ports whose open and queued connections are looked for
             * @return empty: they can't be told from those of probes at this moment, or the replica ended
             */
            Optional<Clients> read(Set<Integer> ports);

            @Override
            void close();
        }

        /**
         * @param accepted connections that the replica has accepted so far at any port, without those of network probes
         * @param open true if one of the ports has an open connection with anybody but the replica itself
         * @param queued connections at these ports that the kernel has completed and the replica has not accepted yet
         */
        record Clients(long accepted, boolean open, int queued) {}
    }

    /** Holds replicas of the warm pool: they use no CPU, serve nobody, and are released by {@link #launch}. */
    interface Holding {

        /** Accepts a request to hold a replica. Does nothing if it is not a ready one of the pool. */
        void hold(ReplicaId id);

        /** Accepts a request to continue a replica that is paused and is to serve. Does nothing if it is not paused. */
        void resume(ReplicaId id);

        /** Counts replicas that were needed. @param hits taken from the pool @param misses started, since it was empty */
        void needed(int hits, int misses);
    }

    /** Waits before a replica is stopped, so that clients are led elsewhere before it refuses them. */
    interface Drains {
        /** All of the wait is cut to this, including the time for the answer. */
        Duration LONGEST = Duration.ofSeconds(10);

        /**
         * Sets how long to wait before the preStop hook and the stop signal of a replica. The wait is not part of its
         * grace, and ends with the replica. Until this is called nothing waits.
         *
         * @param wait asked once for each stop, on any thread: must not block. Completes, on any thread, once clients are about
         *     to be led elsewhere, with how long that takes from then on. 0 or less: no wait. A failure counts as 0
         */
        void before(Function<ReplicaId, CompletionStage<Duration>> wait);
    }

    /** Tells workloads that have more work for the runtime than is their share. */
    interface FairShare {

        /** The work of the workload that is done late, why, and the remedy; empty if it is within its share. No I/O. */
        Optional<Failure> exceeded(OwnerId owner);
    }

    /** The finite capacity of a single machine. A runtime always returns the same. */
    interface Capacity {

        /**
         * Total resources of the machine, before any reserve; from memory.
         *
         * @throws RuntimeUnavailable if they are not known
         */
        Requests total();

        /**
         * The capacity that all workloads but these hold at one moment, with accepted requests; from memory, in time that
         * does not grow with the number of the others.
         *
         * @throws RuntimeUnavailable if it is not known
         */
        Used usedExcept(Set<OwnerId> owners, String namespace);

        /** @param namespace what those of the namespace hold that was asked for */
        record Used(Usage everywhere, Usage namespace) {}
    }

    /** Finds what remains of a workload whose replicas are gone. */
    interface RemainingResources {

        /**
         * Asks the engine and the host what is left of the workload, and forgets removed replicas and networks of which
         * nothing is.
         *
         * @throws RuntimeUnavailable if they don't answer
         */
        Left checkRemaining(Desired gone);

        /**
         * Asks the host what is left of removed replicas and networks below the runtime's API, such as processes, mounts
         * and cgroups, and forgets those of which nothing is. Some things are only reported by the second check in a row
         * that finds them.
         *
         * @return empty if it can't be seen from here
         * @throws RuntimeUnavailable if the engine doesn't answer
         */
        Optional<List<String>> checkRemnants();

        /**
         * @param resources containers and host directories that carry the workload's UID, the network that the engine did
         *     not remove, and what is left of the workload below the runtime's API
         * @param volumes existing engine volumes that the template names; sorted
         * @param complete false if it can't be seen from here what is left below the runtime's API
         */
        record Left(List<String> resources, List<String> volumes, boolean complete) {}
    }

    /** Reports the actions of the runtime as they occur. */
    interface Reporting {

        /** Calls {@code listener} once for each later event, on the runtime's own threads: it must not block. */
        void onEvent(Consumer<RuntimeEvent> listener);
    }

    /** Reports which files replicas wrote outside of volumes and scratch. */
    interface WriteAudit extends OwnerState {

        /**
         * Sets the audit policy for the workload's replicas from now on. Idempotent, no I/O: called at every
         * reconciliation.
         */
        void audit(OwnerId owner, AuditPolicy policy);

        /** The current findings. No I/O. */
        AuditReport report(OwnerId owner);
    }

    /** Probes whether replicas are busy. */
    interface BusyWatch {

        /**
         * Probes every running replica of the workload from now on: at once, then once per period of the probe. The
         * runtime records the answers as {@link Busy} on the replicas and notifies watchers of each change. Passing the
         * same probe again changes nothing; a different one replaces it.
         *
         * @param probe empty: probing stops and earlier answers are discarded
         */
        void watchBusy(OwnerId owner, Optional<Probe> probe);
    }

    /** Keeps terminations of replicas for as long as the operator runs. */
    interface RecentTerminations extends OwnerState {

        /**
         * The workload's latest terminations, newest first: at most {@link Termination#LISTED} that Mayfly requested
         * and as many that it didn't. From memory.
         */
        List<Termination> terminations(OwnerId owner);
    }

    /** Removes resources that several replicas share: networks and named volumes. */
    interface SharedResources {

        /**
         * Removes the resources that {@code leaving} used and that no other workload needs.
         *
         * @param leaving a workload whose replicas are gone
         * @param alive desired state of every workload that exists now
         */
        void release(Desired leaving, Collection<Desired> alive);

        /**
         * Resources that no workload needs any more. Queries the engine and changes nothing.
         *
         * @param alive desired state of every workload that exists now and whose spec can be read
         * @param unread namespaces with a workload whose spec can't be read: their resources are left out
         * @param madeBefore younger resources are left out, because a workload created meanwhile may be about to use them
         */
        Set<Unused> unused(Collection<Desired> alive, Set<String> unread, Instant madeBefore);

        /** Removes these resources. Idempotent; resources in use stay. */
        void remove(Set<Unused> unused);

        /**
         * A resource that no workload needs.
         *
         * @param name the engine's name, with the namespace in it
         * @param created when the engine created it; {@link Instant#EPOCH} if that is unknown
         * @param holdsData false for a network, which is as good when it is created again
         * @param maker the workload for which it was created; empty if that is unknown
         */
        record Unused(String name, String namespace, Instant created, boolean holdsData, Optional<OwnerId> maker) {}
    }
}
