package dev.mayfly.node.mirror;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Run;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring;
import dev.mayfly.core.status.PodsMirroredCondition.Mirroring.State;
import dev.mayfly.node.PodDirectory;
import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.mirror.KnownPods.PodKey;
import dev.mayfly.node.mirror.OwnerMirror.Memory;
import dev.mayfly.node.mirror.OwnerMirror.Pass;
import dev.mayfly.node.mirror.OwnerMirror.Shown;
import dev.mayfly.node.mirror.OwnerMirror.Snapshot;
import dev.mayfly.node.mirror.OwnerMirror.Tools;
import dev.mayfly.node.mirror.PodStatuses.Slot;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** One pass over all slots of an owner; see {@link OwnerMirror}. Its calls block. */
final class MirrorPass {
    private static final Logger LOG = Logger.getLogger(MirrorPass.class);

    private static final Mirroring CHANGED_BY_WEBHOOK = new Mirroring(
            State.REFUSED,
            "There are no Pods, since an admission webhook changes their owner or their label " + PodMapping.REVISION
                    + ", by which the operator knows them.");

    private final OwnerId owner;
    private final Tools tools;
    private final Snapshot snapshot;
    private final Memory memory;
    private final Runnable turn;
    private final Instant now;
    private final Set<PodKey> wanted = new HashSet<>();
    /** Those that the API server won't have as they should be. */
    private final Set<PodKey> missing = new HashSet<>();

    private Optional<PodKey> taken = Optional.empty();
    private boolean tooMany;
    private boolean incomplete;

    /** @param turn called between writes, which lets others write */
    MirrorPass(OwnerId owner, Tools tools, Snapshot snapshot, Memory memory, Runnable turn) {
        this.owner = owner;
        this.tools = tools;
        this.snapshot = snapshot;
        this.memory = memory;
        this.turn = turn;
        this.now = tools.clock().instant();
    }

    void run() {
        forgetStopped();
        memory.pauses().revision(snapshot.desired().specRevision());
        for (var pod = memory.ended().poll(); pod != null; pod = memory.ended().poll()) {
            forced(pod);
        }
        if (snapshot.resource().mirrorsPods()) {
            snapshot.slots().values().stream()
                    .sorted(Comparator.comparing(attempts -> memory.pauses().until(key(attempts))))
                    .forEach(this::mirror);
        }
        for (var pod : tools.known().controlledBy(owner.uid())) {
            if (!wanted.contains(PodKey.of(pod))) {
                unwanted(pod);
            }
        }
        memory.pauses().retain(missing);
    }

    /** Forgets what was about to be stopped and is gone, whether or not another replica has its slot and attempt. */
    private void forgetStopped() {
        memory.stopping().values().removeIf(run -> snapshot.observed().find(run).isEmpty());
    }

    Pass result() {
        return new Pass(
                state(),
                incomplete ? Optional.of(WritePauses.SOON) : memory.pauses().left(now));
    }

    private Mirroring state() {
        if (!snapshot.resource().mirrorsPods()) {
            return Mirroring.DISABLED;
        }
        var refusal = memory.pauses().why();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (taken.isPresent()) {
            return nameTaken(taken.get());
        }
        if (tooMany) {
            return new Mirroring(
                    State.TOO_MANY, "The operator's node shows as many Pods as mayfly.node.max-pods allows.");
        }
        if (!memory.changed().isEmpty()) {
            return new Mirroring(
                    State.REFUSED,
                    "The Pods don't say what the template says, as when an admission webhook or somebody changes them."
                            + " The replicas run as the template says.");
        }
        return Mirroring.COMPLETE;
    }

    private static Mirroring nameTaken(PodKey key) {
        return new Mirroring(
                State.NAME_TAKEN, "Pod " + key.name() + " is no mirror and has the name of a replica. Delete it.");
    }

    private void mirror(List<Replica> attempts) {
        turn.run();
        var key = key(attempts);
        var slot = Slot.of(attempts);
        var pod = mine(key);
        if (slot.isEmpty()) {
            pod.filter(mirror -> isNext(mirror, attempts.getLast())).ifPresent(mirror -> {
                wanted.add(key);
                write(mirror, PodStatuses.between(mirror, now));
            });
            return;
        }
        wanted.add(key);
        if (taken.filter(key::equals).isEmpty()) {
            mirror(key, slot.get(), pod);
        }
    }

    private PodKey key(List<Replica> attempts) {
        return new PodKey(owner.namespace(), attempts.getLast().id().replica());
    }

    /** The Pod of that name unless it is a stranger's; an imitation is deleted. */
    private Optional<Pod> mine(PodKey key) {
        var pod = tools.known().find(key);
        if (pod.isEmpty() || tools.known().isMirror(pod.get())) {
            return pod;
        }
        if (isControlled(pod.get())) {
            memory.delete(pod.get(), tools);
        } else {
            taken = Optional.of(key);
        }
        return Optional.empty();
    }

    private boolean isControlled(Pod pod) {
        return KnownPods.controller(pod)
                .filter(controller -> controller.getUid().equals(owner.uid()))
                .isPresent();
    }

    /** True if the attempt, which has not started, goes on with the Pod. */
    private boolean isNext(Pod pod, Replica attempt) {
        return isControlled(pod)
                && pod.getMetadata().getDeletionTimestamp() == null
                && !attempt.phase().terminated()
                && !attempt.phase().leaving()
                && attempt.revision().equals(revision(pod));
    }

    private String revision(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels == null ? null : labels.get(PodMapping.REVISION);
    }

    private void mirror(PodKey key, Slot slot, Optional<Pod> known) {
        var pod = known.filter(mirror -> survives(mirror, slot));
        if (known.isPresent() && pod.isEmpty()) {
            memory.delete(known.get(), tools);
        }
        if (pod.isPresent()) {
            tools.known().occupy(key);
            enter(key, slot, pod.get());
            if (pod.get().getMetadata().getDeletionTimestamp() == null) {
                show(key, slot, pod.get());
            }
        } else if (!slot.isGoing() && !snapshot.desired().deleted() && !isStopping(slot)) {
            create(key, slot).ifPresent(made -> {
                enter(key, slot, made);
                show(key, slot, made);
            });
        }
    }

    private boolean isStopping(Slot slot) {
        return memory.stopping().containsKey(slot.shown().id())
                || memory.stopping().containsKey(slot.occupant().id());
    }

    /** False if the Pod must go, whether or not the slot gets another one. */
    private boolean survives(Pod pod, Slot slot) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return !PodStatuses.isDeletedByPodGc(pod) && !isGranted(pod, slot);
        }
        return shows(pod, slot) && (isOver(slot) || !PodStatuses.isOver(pod));
    }

    private boolean shows(Pod pod, Slot slot) {
        return isControlled(pod) && slot.shown().revision().equals(revision(pod));
    }

    /** A Pod's deletion asks for the end of its replica, once. True if that is over, so that the Pod may go. */
    private boolean isGranted(Pod pod, Slot slot) {
        var wish = memory.wishes().computeIfAbsent(pod.getMetadata().getUid(), uid -> ask(pod, slot));
        return wish.flatMap(run -> snapshot.observed().find(run))
                .filter(replica -> replica.phase() != Phase.LOST)
                .isEmpty();
    }

    /** Empty if what the Pod showed when it was deleted has a successor by now. */
    private Optional<Run> ask(Pod pod, Slot slot) {
        var shown = slot.shown();
        var replica = slot.occupant();
        var container = snapshot.runtime().access().flatMap(access -> ContainerFacts.id(access, shown.id()));
        var hasSuccessor = !replica.equals(shown) && !PodStatuses.isWaiting(pod);
        if (hasSuccessor || !PodStatuses.shows(pod, shown, container)) {
            return Optional.empty();
        }
        var seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
        var grace = Duration.ofSeconds(Math.max(0, seconds == null ? 0 : seconds));
        memory.stopping().put(replica.id(), replica.run());
        snapshot.runtime().remove(new Removal(replica.id(), grace, Cause.POD_DELETED));
        return Optional.of(replica.run());
    }

    private void forced(Pod pod) {
        var key = PodKey.of(pod);
        tools.directory().remove(key);
        memory.shown().remove(key);
        memory.changed().remove(key);
        var asked = memory.wishes().remove(pod.getMetadata().getUid()) != null;
        if (!asked && !PodStatuses.isDeletedByPodGc(pod)) {
            snapshot.slots().values().stream()
                    .filter(attempts -> attempts.getLast().id().replica().equals(key.name()))
                    .findFirst()
                    .flatMap(Slot::of)
                    .ifPresent(slot -> ask(pod, slot));
        }
    }

    private void unwanted(Pod pod) {
        turn.run();
        if (tools.known().isMirror(pod) || pod.getMetadata().getDeletionTimestamp() != null) {
            memory.delete(pod, tools);
        } else if (!PodStatuses.isOver(pod)) {
            tools.known().written(tools.store().writeStatus(pod, PodStatuses.refused(pod, tools.node())));
        }
    }

    private Optional<Pod> create(PodKey key, Slot slot) {
        if (memory.pauses().isOn(key, now)) {
            missing.add(key);
            return Optional.empty();
        }
        if (tooMany || !tools.known().take(key)) {
            tooMany = true;
            return Optional.empty();
        }
        var isCreated = false;
        try {
            var pod = tools.store().create(wish(slot));
            isCreated = true;
            tools.known().made(pod);
            if (shows(pod, slot)) {
                memory.pauses().created(key);
                return Optional.of(pod);
            }
            missing.add(key);
            memory.pauses().refused(key, CHANGED_BY_WEBHOOK, now); // the next one would be changed as well
            memory.delete(pod, tools);
        } catch (PodStore.Refused refused) {
            LOG.debugf("Pod %s/%s is refused: %s", key.namespace(), key.name(), refused.getMessage());
            missing.add(key);
            memory.pauses().refused(key, refusal(refused), now);
        } catch (PodStore.NameTaken exists) { // on another node; or the watch is late
            missing.add(key);
            memory.pauses().taken(key, nameTaken(key), now);
        } finally {
            if (!isCreated) {
                tools.known().leave(key);
            }
        }
        tools.placeIsFree().run(); // another owner may have found none meanwhile
        return Optional.empty();
    }

    private Pod wish(Slot slot) {
        return PodMapping.pod(snapshot.resource(), snapshot.desired(), slot.shown(), tools.node());
    }

    private static Mirroring refusal(PodStore.Refused refused) {
        return new Mirroring(State.REFUSED, "The API server refuses the Pods: " + refused.getMessage());
    }

    private boolean isOver(Slot slot) {
        var counted = snapshot.desired().batch().map(batch -> batch.counted());
        return counted.isPresent()
                && slot.occupant().phase().terminated()
                && (counted.get().verdict().isPresent() || slot.hasSucceeded());
    }

    private void enter(PodKey key, Slot slot, Pod pod) {
        snapshot.runtime()
                .access()
                .ifPresent(streams -> tools.directory()
                        .put(
                                key,
                                new PodReplica(
                                        key.namespace(),
                                        key.name(),
                                        pod.getMetadata().getUid(),
                                        PodDirectory.containerName(owner),
                                        slot.shown().id(),
                                        slot.previous().map(Replica::id),
                                        streams)));
    }

    private void show(PodKey key, Slot slot, Pod pod) {
        var isStopping = isStopping(slot);
        var state = new Shown(slot, pod.getMetadata().getResourceVersion(), isStopping, isOver(slot));
        if (state.equals(memory.shown().get(key)) || isLeftAlone(slot, pod)) {
            return;
        }
        noteChange(key, slot, pod);
        var facts = snapshot.runtime()
                .access()
                .map(streams -> ContainerFacts.read(streams, slot.shown(), pod))
                .orElse(ContainerFacts.NONE);
        var status = PodStatuses.of(pod, slot, facts, tools.hostAddress(), state.isOver(), isStopping, now);
        var written = write(pod, status);
        if (facts.isComplete()) {
            written.map(shown -> shown.getMetadata().getResourceVersion())
                    .ifPresent(
                            version -> memory.shown().put(key, new Shown(slot, version, isStopping, state.isOver())));
        } else {
            incomplete = true;
        }
    }

    /** A Pod that is about to go is written once more only if a Service leads to it. */
    private boolean isLeftAlone(Slot slot, Pod pod) {
        return slot.shown().phase().leaving()
                && PodStatuses.isMarked(pod)
                && !(PodStatuses.isReady(pod) && tools.store().isSelected(pod));
    }

    /** An admission webhook may have changed what the Pod says of the replica. */
    private void noteChange(PodKey key, Slot slot, Pod pod) {
        var isOfTheSpec = slot.shown().revision().equals(snapshot.desired().specRevision());
        if (isOfTheSpec && Admission.isChanged(wish(slot), pod)) {
            memory.changed().add(key);
        } else {
            memory.changed().remove(key);
        }
    }

    /** Empty: it could not be written. */
    private Optional<Pod> write(Pod pod, PodStatus status) {
        if (status.equals(pod.getStatus())) {
            return Optional.of(pod);
        }
        try {
            var written = tools.store().writeStatus(pod, status);
            tools.known().written(written);
            return Optional.of(written);
        } catch (PodStore.Gone gone) { // the watch tells how
            incomplete = true;
        } catch (PodStore.Refused refused) {
            missing.add(PodKey.of(pod));
            memory.pauses().statusRefused(PodKey.of(pod), refusal(refused), now);
        }
        return Optional.empty();
    }
}
