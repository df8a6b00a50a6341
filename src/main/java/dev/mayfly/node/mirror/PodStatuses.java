package dev.mayfly.node.mirror;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Text;
import dev.mayfly.core.status.Times;
import dev.mayfly.node.PodDirectory;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The status of a mirror Pod, made of the one that it has, so that what did not change stays as it is and nothing is
 * written then. Functions of values.
 */
final class PodStatuses {
    /**
     * Type of a condition that only mirrors have. Whoever may create a Pod can't write its status, so it tells a mirror
     * from an imitation.
     */
    static final String MIRROR = "mayfly.dev/Mirror";

    static final String NOT_A_MIRROR = "NotAMirror";
    private static final int SIGNALLED = 128;
    /** As the kubelet has it for a container that it lost. */
    private static final int UNKNOWN_EXIT = 137;
    /** Bytes of a termination message. */
    private static final int MESSAGE = 3072;

    private PodStatuses() {}

    /**
     * A slot as its Pod shows it.
     *
     * @param occupant the newest attempt in the slot
     * @param shown the newest that has started: the occupant, or the one that it succeeds
     * @param previous the predecessor of {@code shown} whose container is kept
     */
    record Slot(Replica occupant, Replica shown, Optional<Replica> previous) {

        /** Empty if none in the slot has started, or if those that have are gone. @param attempts lowest first */
        static Optional<Slot> of(List<Replica> attempts) {
            Optional<Replica> shown = Optional.empty();
            Optional<Replica> previous = Optional.empty();
            for (var attempt : attempts) {
                if (attempt.startedAt().isPresent()) {
                    previous = shown.filter(earlier -> earlier.phase() == Phase.ENDED);
                    shown = Optional.of(attempt);
                }
            }
            var kept = previous;
            return shown.map(newest -> new Slot(attempts.getLast(), newest, kept));
        }

        /** True if its container will not be there for long, or is not any more: no reason for a new Pod. */
        boolean isGoing() {
            return shown.phase().leaving() || shown.phase() == Phase.LOST;
        }

        /** True if the occupant ended with exit code 0. */
        boolean hasSucceeded() {
            return occupant.outcome().exit().filter(exit -> exit.code() == 0).isPresent();
        }
    }

    /**
     * The status of the replica's Pod.
     *
     * @param pod with the status that it has
     * @param isOver true: the slot gets no further attempt, as a task's index that has succeeded
     * @param stopping true: it is about to be stopped, so that it serves no more
     */
    static PodStatus of(
            Pod pod,
            Slot slot,
            ContainerFacts facts,
            String hostAddress,
            boolean isOver,
            boolean stopping,
            Instant now) {
        var before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        var isSame =
                before.getContainerStatuses().stream().anyMatch(container -> isOf(container, slot.shown(), facts.id()));
        var container = container(pod, before, slot, facts, stopping);
        var ready = container.getReady();
        var phase = phase(slot, isOver);
        var status = new PodStatusBuilder(before)
                .withPhase(phase)
                .withHostIP(hostAddress)
                .withHostIPs(new HostIP(hostAddress))
                .withContainerStatuses(container)
                .withEphemeralContainerStatuses(ephemeral(pod, before))
                .withConditions(conditions(before, ready, phase, container.getName(), now));
        if (before.getStartTime() == null) {
            status.withStartTime(slot.shown().startedAt().map(Times::text).orElse(null));
        }
        if (!isSame) { // the address may be somebody else's by now
            status.withPodIP(null).withPodIPs(List.of());
        }
        facts.address().ifPresent(address -> status.withPodIP(address).withPodIPs(new PodIP(address)));
        return status.build();
    }

    /** The status of a replica's Pod while none of its containers is there, and the next one has not started. */
    static PodStatus between(Pod pod, Instant now) {
        var status = pod.getStatus();
        var containers = status.getContainerStatuses().stream()
                .map(container ->
                        new ContainerStatusBuilder(container).withReady(false).build())
                .toList();
        var name = pod.getSpec().getContainers().getFirst().getName();
        return new PodStatusBuilder(status)
                .withContainerStatuses(containers)
                .withConditions(conditions(status, false, status.getPhase(), name, now))
                .build();
    }

    static boolean isReady(Pod pod) {
        return isTrue("Ready", pod);
    }

    /** True if it has the mark of a mirror. */
    static boolean isMarked(Pod pod) {
        return isTrue(MIRROR, pod);
    }

    private static boolean isTrue(String type, Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(
                                condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    /** True if it ended for good: as a Pod's phase has it, nothing runs in it again. */
    static boolean isOver(Pod pod) {
        return pod.getStatus() != null
                && ("Succeeded".equals(pod.getStatus().getPhase())
                        || "Failed".equals(pod.getStatus().getPhase()));
    }

    /** True if the cluster deleted it because it took the node for gone. Nobody asked for that. */
    static boolean isDeletedByPodGc(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> "DeletionByPodGC".equals(condition.getReason()));
    }

    /** True if the Pod shows that attempt, or none yet. @param containerId of the attempt; empty: not known */
    static boolean shows(Pod pod, Replica replica, Optional<String> containerId) {
        return pod.getStatus() == null
                || pod.getStatus().getContainerStatuses().stream()
                        .allMatch(container -> isOf(container, replica, containerId));
    }

    /** Attempts are counted anew when none is left, so their number alone does not tell them apart. */
    private static boolean isOf(ContainerStatus container, Replica replica, Optional<String> containerId) {
        return container.getRestartCount() == replica.id().attempt() - 1
                && (container.getContainerID() == null
                        || containerId
                                .filter(id -> !id.equals(container.getContainerID()))
                                .isEmpty());
    }

    /** True if it shows that its container waits for another start. */
    static boolean isWaiting(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(container -> container.getState().getWaiting() != null);
    }

    /** The status of a Pod on our node that is no mirror. */
    static PodStatus refused(Pod stranger, String node) {
        return new PodStatusBuilder(stranger.getStatus() == null ? new PodStatus() : stranger.getStatus())
                .withPhase("Failed")
                .withReason(NOT_A_MIRROR)
                .withMessage("Node " + node + " only shows replicas of Mayfly's workloads and tasks, and runs no Pods."
                        + " Delete this Pod; use an EphemeralWorkload, or another node.")
                .build();
    }

    private static String phase(Slot slot, boolean isOver) {
        if (!isOver || !slot.occupant().phase().terminated()) {
            return "Running";
        }
        return slot.hasSucceeded() ? "Succeeded" : "Failed";
    }

    private static ContainerStatus container(
            Pod pod, PodStatus before, Slot slot, ContainerFacts facts, boolean stopping) {
        var shown = slot.shown();
        var known = before.getContainerStatuses().stream().findFirst();
        var id = facts.id()
                .or(() -> known.filter(container -> isOf(container, shown, Optional.empty()))
                        .map(ContainerStatus::getContainerID))
                .orElse(null);
        var runs = shown.phase() == Phase.RUNNING || shown.phase() == Phase.TERMINATING;
        var container = known.map(ContainerStatusBuilder::new)
                .orElseGet(ContainerStatusBuilder::new)
                .withName(PodDirectory.containerName(shown.id().owner()))
                .withImage(pod.getSpec().getContainers().getFirst().getImage())
                .withRestartCount(shown.id().attempt() - 1)
                .withReady(shown.ready() && shown.phase() == Phase.RUNNING && !stopping && facts.isComplete())
                .withStarted(runs)
                .withContainerID(id)
                .withState(state(pod, slot, id, runs));
        if (!shown.image().isEmpty()) {
            container.withImageID("docker://" + shown.image());
        }
        lastState(slot, known).ifPresent(container::withLastState);
        return container.build();
    }

    /** Who added an ephemeral container waits for it to run or to end. */
    private static List<ContainerStatus> ephemeral(Pod pod, PodStatus before) {
        return pod.getSpec().getEphemeralContainers().stream()
                .map(added -> before.getEphemeralContainerStatuses().stream()
                        .filter(known -> known.getName().equals(added.getName()))
                        .findFirst()
                        .orElseGet(() -> refused(added)))
                .toList();
    }

    private static ContainerStatus refused(EphemeralContainer added) {
        return new ContainerStatusBuilder()
                .withName(added.getName())
                .withImage(added.getImage())
                .withImageID("")
                .withReady(false)
                .withRestartCount(0)
                .withNewState()
                .withNewTerminated()
                .withExitCode(1)
                .withReason("EphemeralContainersNotSupported")
                .withMessage("Nothing can be added to a replica. Use kubectl exec.")
                .endTerminated()
                .endState()
                .build();
    }

    private static ContainerState state(Pod pod, Slot slot, String containerId, boolean runs) {
        var shown = slot.shown();
        if (runs) {
            return new ContainerStateBuilder()
                    .withNewRunning(shown.startedAt().map(Times::text).orElse(null))
                    .build();
        }
        return backOff(slot).map(wait -> waiting(pod, slot, wait)).orElseGet(() -> terminated(shown, containerId));
    }

    /** How long the successor waits after failures; empty: there is none, or it need not wait. */
    private static Optional<Duration> backOff(Slot slot) {
        var occupant = slot.occupant();
        var waits = occupant != slot.shown() && occupant.phase() == Phase.CREATED;
        var wait = Duration.between(slot.shown().since(), occupant.history().notBefore());
        return Optional.of(wait).filter(time -> waits && time.toSeconds() > 0);
    }

    private static ContainerState waiting(Pod pod, Slot slot, Duration wait) {
        var owner = slot.shown().id().owner();
        return new ContainerStateBuilder()
                .withNewWaiting(
                        "back-off %ds restarting failed container=%s pod=%s_%s(%s)"
                                .formatted(
                                        wait.toSeconds(),
                                        PodDirectory.containerName(owner),
                                        slot.shown().id().replica(),
                                        owner.namespace(),
                                        pod.getMetadata().getUid()),
                        "CrashLoopBackOff")
                .build();
    }

    /** The end before the state: of the shown one while its successor waits, else of the one before it. */
    private static Optional<ContainerState> lastState(Slot slot, Optional<ContainerStatus> known) {
        if (backOff(slot).isPresent()) {
            return Optional.of(terminated(slot.shown(), containerOf(slot.shown(), known)));
        }
        var knownEnd = known.map(ContainerStatus::getState).filter(state -> state.getTerminated() != null);
        var isSuccessor = known.filter(
                        status -> status.getRestartCount() < slot.shown().id().attempt() - 1)
                .isPresent();
        if (isSuccessor && knownEnd.isPresent()) {
            return knownEnd;
        }
        return slot.previous()
                .filter(previous -> known.map(ContainerStatus::getLastState)
                        .filter(state -> state.getTerminated() != null
                                && state.getTerminated().getFinishedAt().equals(Times.text(previous.since())))
                        .isEmpty())
                .map(previous -> terminated(previous, null));
    }

    /** Its container's ID, if the status still has that. */
    private static String containerOf(Replica replica, Optional<ContainerStatus> known) {
        return known.filter(status -> status.getRestartCount() == replica.id().attempt() - 1)
                .map(ContainerStatus::getContainerID)
                .orElse(null);
    }

    private static ContainerState terminated(Replica replica, String containerId) {
        var outcome = replica.outcome();
        var exit = outcome.exit();
        var code = exit.map(end -> end.code()).orElse(UNKNOWN_EXIT);
        var state = new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(outcome.failure()
                        .map(Failure::reason)
                        .orElseGet(() -> exit.isEmpty() ? "ContainerStatusUnknown" : code == 0 ? "Completed" : "Error"))
                .withStartedAt(replica.startedAt().map(Times::text).orElse(null))
                .withFinishedAt(Times.text(replica.since()))
                .withContainerID(containerId);
        if (exit.filter(end -> !end.signal().isEmpty()).isPresent() && code > SIGNALLED) {
            state.withSignal(code - SIGNALLED);
        }
        var message = message(replica);
        if (!message.isEmpty()) {
            state.withMessage(message);
        }
        return state.endTerminated().build();
    }

    /** Why it failed and its last output, which the runtime may have told with the failure already. */
    private static String message(Replica replica) {
        var failure =
                replica.outcome().failure().map(Failure::message).orElse("").strip();
        var output = replica.outcome().output().strip();
        var isTold = failure.endsWith(output);
        var separator = failure.isEmpty() || isTold ? "" : "\n";
        return Text.shortenedToBytes(failure + separator + (isTold ? "" : output), MESSAGE);
    }

    private static List<PodCondition> conditions(
            PodStatus before, boolean ready, String phase, String container, Instant now) {
        var conditions = new ArrayList<>(before.getConditions());
        for (var type : List.of("PodReadyToStartContainers", "Initialized", "PodScheduled", MIRROR)) {
            put(conditions, type, true, null, null, now);
        }
        var reason = ready ? null : phase.equals("Succeeded") ? "PodCompleted" : "ContainersNotReady";
        var message = ready || phase.equals("Succeeded") ? null : "containers with unready status: [" + container + "]";
        put(conditions, "ContainersReady", ready, reason, message, now);
        put(conditions, "Ready", ready, reason, message, now);
        return conditions;
    }

    private static void put(
            List<PodCondition> conditions, String type, boolean is, String reason, String message, Instant now) {
        var known = conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
        var status = is ? "True" : "False";
        var since = known.filter(condition -> status.equals(condition.getStatus()))
                .map(PodCondition::getLastTransitionTime)
                .orElse(Times.text(now));
        var wanted = known.map(PodConditionBuilder::new)
                .orElseGet(PodConditionBuilder::new)
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .build();
        known.ifPresentOrElse(
                condition -> conditions.set(conditions.indexOf(condition), wanted), () -> conditions.add(wanted));
    }
}
