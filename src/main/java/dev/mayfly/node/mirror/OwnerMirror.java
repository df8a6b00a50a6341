package dev.mayfly.node.mirror;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Run;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.mirror.KnownPods.PodKey;
import dev.mayfly.node.mirror.PodStatuses.Slot;
import dev.mayfly.runtime.ContainerRuntime;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * The Pods of one owner: makes those that its replicas lack, brings their status up to date, and deletes the others.
 * {@link #synchronize} is called by one thread at a time, which may block; everything else by any.
 */
final class OwnerMirror {
    private final OwnerId owner;
    /** Null: the owner is gone. */
    private volatile Snapshot latest;

    private volatile Mirroring mirroring = Mirroring.NOT_YET;
    private final Memory memory = new Memory(
            new ConcurrentHashMap<>(),
            new ConcurrentLinkedQueue<>(),
            new HashMap<>(),
            new HashMap<>(),
            new HashSet<>(),
            new WritePauses());

    /**
     * State that is kept from pass to pass. Only the first two are used by others than the pass.
     *
     * @param stopping those about to be stopped, from before the runtime shows that
     * @param ended Pods that somebody else ended for good
     * @param wishes what the deletion of a Pod asks for, by its UID; empty: that happened before
     * @param shown what was shown last; as long as that is the same there is nothing to do
     * @param changed Pods that an admission webhook changed
     * @param pauses after refusals
     */
    record Memory(
            Map<ReplicaId, Run> stopping,
            Queue<Pod> ended,
            Map<String, Optional<Run>> wishes,
            Map<PodKey, Shown> shown,
            Set<PodKey> changed,
            WritePauses pauses) {

        void delete(Pod pod, Tools tools) {
            tools.known().deleting(pod);
            tools.store().delete(pod);
            tools.known().gone(pod);
            var key = PodKey.of(pod);
            tools.directory().remove(key);
            shown.remove(key);
            changed.remove(key);
            wishes.remove(pod.getMetadata().getUid());
            tools.placeIsFree().run();
        }
    }

    /** Shared by all owners. */
    record Tools(
            PodStore store,
            KnownPods known,
            ConcurrentMap<PodKey, PodReplica> directory,
            InstantSource clock,
            Runnable placeIsFree,
            String node,
            String hostAddress) {}

    /** The result of a reconciliation. */
    record Snapshot(Templated resource, Desired desired, Observed observed, ContainerRuntime runtime) {

        /** Attempts by slot, lowest first; without those of the warm pool, which serve nobody. */
        Map<Integer, List<Replica>> slots() {
            return observed.all()
                    .filter(replica -> !replica.warm())
                    .collect(Collectors.groupingBy(replica -> replica.id().slot(), TreeMap::new, Collectors.toList()));
        }

        boolean nothingStarted() {
            return observed.all().allMatch(replica -> replica.startedAt().isEmpty());
        }
    }

    /** The content of a Pod. @param version of the Pod that shows it */
    record Shown(Slot slot, String version, boolean stopping, boolean isOver) {}

    /** The result of one pass. @param again when to try again what could not be done; empty: all was done */
    record Pass(Mirroring mirroring, Optional<Duration> again) {}

    OwnerMirror(OwnerId owner) {
        this.owner = owner;
    }

    /**
     * Takes the newest state.
     *
     * @param isStarted false: there is no node yet
     * @return how far it is shown
     */
    Mirroring reconciled(Snapshot newest, boolean isStarted) {
        latest = newest;
        if (!newest.resource().mirrorsPods()) {
            mirroring = Mirroring.DISABLED;
        } else if (mirroring.state() == State.DISABLED || mirroring.state() == State.NOT_YET) {
            mirroring = isStarted && newest.nothingStarted() ? Mirroring.COMPLETE : Mirroring.NOT_YET;
        }
        return mirroring;
    }

    /** The owner is gone, as are its replicas. */
    void forget() {
        latest = null;
    }

    boolean isForgotten() {
        return latest == null;
    }

    Mirroring mirroring() {
        return mirroring;
    }

    /** @return true if that is new */
    boolean report(Mirroring result) {
        var before = mirroring;
        mirroring = result;
        return !before.equals(result);
    }

    void stopping(ReplicaId replica) {
        var known = latest;
        if (known != null) {
            known.observed()
                    .find(replica)
                    .map(Replica::run)
                    .ifPresent(run -> memory.stopping().put(replica, run));
        }
    }

    /** Somebody ended the Pod for good, without the operator. */
    void ended(Pod pod) {
        memory.ended().add(pod);
    }

    /** @param turn called between writes, which lets others write */
    Pass synchronize(Tools tools, Runnable turn) {
        var snapshot = latest;
        if (snapshot == null) {
            tools.known().controlledBy(owner.uid()).stream()
                    .filter(pod ->
                            tools.known().isMirror(pod) || pod.getMetadata().getDeletionTimestamp() != null)
                    .forEach(pod -> memory.delete(pod, tools));
            return new Pass(Mirroring.COMPLETE, Optional.empty());
        }
        var pass = new MirrorPass(owner, tools, snapshot, memory, turn);
        pass.run();
        return pass.result();
    }
}
