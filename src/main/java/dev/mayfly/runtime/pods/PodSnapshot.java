package dev.mayfly.runtime.pods;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Health;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.Replica.SlotHistory;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Output;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.core.model.Text;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.HealthWatch.ContainerHealth;
import dev.mayfly.runtime.support.LastLines;
import dev.mayfly.runtime.support.ProbesLabel;
import dev.mayfly.runtime.support.Signals;
import dev.mayfly.runtime.support.Stopping;
import dev.mayfly.runtime.support.Terminations;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Pod that runs a replica, as the API server shows it. Pure. Everybody who may write Pods can write anything into
 * one, and a status says what the kubelet of a node says.
 *
 * @param container UID of the Pod, by which the replica's container is known
 * @param replica the replica as the Pod shows it. {@link Phase#CREATED}: its container was not started yet
 * @param gated true: the Pod waits until its gate is taken off
 * @param begun true: the container's startup probe succeeded, if it has one
 * @param health the probes that the operator runs, the Pod's address, and whether the kubelet finds it ready
 * @param hindered why its container does not start, though the kubelet would try again; empty: nothing hinders it
 * @param waiting why the scheduler finds no node for it; empty: it has one, or none was sought yet
 * @param deletion when the grace of the Pod's deletion is over; empty: it is not being deleted
 */
record PodSnapshot(
        String container,
        Replica replica,
        Stopping stopping,
        boolean gated,
        boolean begun,
        ContainerHealth health,
        Optional<Failure> hindered,
        Optional<Failure> waiting,
        Optional<Instant> deletion) {
    private static final String TRUE = "True";
    /** Characters of a message of the cluster that are shown. */
    private static final int WORDS = 500;
    /** Why a container does not start. The kubelet tries each again for ever, on the same node, with the same Pod. */
    private static final Set<String> HINDRANCES = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed",
            "CreateContainerConfigError",
            "CreateContainerError",
            "PreCreateHookError",
            "RunContainerError");
    /** The kubelet does not know how the container ended. */
    private static final String STATUS_UNKNOWN = "ContainerStatusUnknown";
    /** Reason of a Pod whose time is over: we end what can't start in this way. */
    private static final String DEADLINE = "DeadlineExceeded";

    /** @return empty if the Pod runs no replica of this installation */
    static Optional<PodSnapshot> of(String cluster, Pod pod) {
        var texts = PodMarks.reader(pod);
        return PodMarks.read(cluster, pod, texts).map(mark -> of(pod, mark, texts));
    }

    private static PodSnapshot of(Pod pod, Mark mark, LabelReader texts) {
        var view = new View(pod, mark.id());
        var stopping = Stopping.of(texts);
        var probes = ProbesLabel.of(texts);
        var unreadable = texts.unreadable();
        var ready = view.ready();
        var replica = replica(view, mark, Ownership.output(labels(pod)))
                .withGrace(stopping.grace())
                .withHealth(health -> health.withUnhealthy(unreadable));
        return new PodSnapshot(
                pod.getMetadata().getUid(),
                replica,
                stopping,
                view.gated(),
                view.begun(),
                new ContainerHealth(probes, view.address(), Optional.of(ready.isPresent() && unreadable.isEmpty())),
                view.hindered(),
                view.unscheduled(),
                view.deletion());
    }

    ReplicaId id() {
        return replica.id();
    }

    boolean over() {
        return replica.phase() == Phase.ENDED;
    }

    /** The snapshot as a fact. */
    Fact inspected(Instant now) {
        return new Fact.Inspected(container, replica, stopping, List.of(), now);
    }

    private static Replica replica(View view, Mark mark, Output shown) {
        if (view.over()) {
            return ended(view, mark, shown);
        }
        return view.running()
                .map(running -> replica(mark, Phase.RUNNING, running, Optional.of(running), Duration.ZERO)
                        .withHealth(health ->
                                health.withReady(view.ready().isPresent()).withReadySince(view.ready()))
                        .withImage(view.image()))
                .orElseGet(() -> replica(mark, Phase.CREATED, view.created(), Optional.empty(), Duration.ZERO));
    }

    private static Replica ended(View view, Mark mark, Output shown) {
        var terminated = view.terminated();
        var started = terminated.flatMap(end -> instant(end.getStartedAt())).filter(Instant.EPOCH::isBefore);
        var at = terminated
                .flatMap(end -> instant(end.getFinishedAt()))
                .filter(Instant.EPOCH::isBefore)
                .orElseGet(view::changed);
        var served = started.map(start -> Duration.between(start, at)).filter(Duration::isPositive);
        var exit = terminated
                .filter(end -> started.isPresent() && !STATUS_UNKNOWN.equals(end.getReason()))
                .map(PodSnapshot::exit);
        var excused = view.disrupted().isPresent()
                || terminated
                        .map(ContainerStateTerminated::getReason)
                        .filter(STATUS_UNKNOWN::equals)
                        .isPresent();
        var output = terminated
                .filter(end -> shows(shown, exit))
                .map(end -> LastLines.of(end.getMessage() == null ? "" : end.getMessage()))
                .orElse("");
        var failure = failure(view, mark.id().owner(), exit);
        var outcome = new Outcome(Optional.of(with(output, failure)), excused, exit, output);
        return replica(mark, Phase.ENDED, at, started, served.orElse(Duration.ZERO))
                .withOutcome(outcome)
                .withImage(view.image());
    }

    private static boolean shows(Output shown, Optional<Exit> exit) {
        return switch (shown) {
            case NONE -> false;
            case OF_FAILURES -> exit.filter(end -> end.code() != 0).isPresent();
            case OF_EVERY_END -> true;
        };
    }

    private static Failure with(String output, Failure failure) {
        return output.isEmpty()
                ? failure
                : new Failure(failure.reason(), failure.message().strip() + Output.HEADING + output);
    }

    /** Why it ended, in the order of what says most. */
    private static Failure failure(View view, OwnerId owner, Optional<Exit> exit) {
        // 1. Kubernetes ended the Pod for the sake of others: eviction, preemption, a lost or stopped node.
        var disrupted = view.disrupted();
        if (disrupted.isPresent()) {
            return disrupted.get();
        }
        // 2. It was given up because its container could not be started.
        var hindered = view.hindered();
        if (hindered.isPresent()) {
            return hindered.get();
        }
        // 3. The kubelet ended or refused the Pod, such as for using more disk than its limit.
        var refused = view.refused();
        if (refused.isPresent()) {
            return refused.get();
        }
        // 4. Its process exited.
        var terminated = view.terminated();
        if (exit.isPresent()) {
            var outOfMemory = terminated
                    .filter(end -> "OOMKilled".equals(end.getReason()))
                    .isPresent();
            return Terminations.ended(owner, exit.get(), outOfMemory);
        }
        // 5. It was never started, or how it ended is not known.
        return terminated
                .map(end -> new Failure(
                        reason(end.getReason(), "RunContainerError"),
                        "The kubelet could not run it: " + words(end.getMessage())))
                .orElseGet(() -> new Failure("PodFailed", "Its Pod ended without a word about its container."));
    }

    private static Exit exit(ContainerStateTerminated end) {
        var code = end.getExitCode() == null ? 0 : end.getExitCode();
        var signal = end.getSignal() == null ? 0 : end.getSignal();
        return Signals.exit(code == 0 && signal > 0 ? 128 + signal : code);
    }

    private static Replica replica(Mark mark, Phase phase, Instant since, Optional<Instant> started, Duration served) {
        return new Replica(
                mark.id(),
                mark.revision(),
                phase,
                since,
                started,
                new SlotHistory(mark.failures(), mark.restarts(), mark.notBefore()),
                mark.requests(),
                Writes.NONE,
                Health.initial(true).withServed(served),
                Outcome.NONE,
                "",
                Optional.empty());
    }

    /** Empty if it can't be read: a status is what a kubelet, or somebody else, wrote. */
    private static Optional<Instant> instant(String time) {
        try {
            return time == null ? Optional.empty() : Optional.of(Instant.parse(time));
        } catch (DateTimeParseException malformed) {
            return Optional.empty();
        }
    }

    private static String words(String message) {
        return message == null ? "it gave no reason." : Text.shortened(Text.escaped(Text.oneLine(message)), WORDS);
    }

    /** One CamelCase word; the other if it is none. */
    private static String reason(String given, String other) {
        var isWord = given != null
                && !given.isEmpty()
                && given.length() <= 64
                && given.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9');
        return isWord ? given : other;
    }

    /** The Pod's own words about a replica's container. */
    private record View(Pod pod, ReplicaId id) {

        boolean gated() {
            return pod.getSpec().getSchedulingGates().stream().anyMatch(gate -> PodBody.GATE.equals(gate.getName()));
        }

        Instant created() {
            return instant(pod.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH);
        }

        /** When its status last changed; when it was created, if that is not known. */
        Instant changed() {
            return conditions().stream()
                    .flatMap(condition -> instant(condition.getLastTransitionTime()).stream())
                    .max(Instant::compareTo)
                    .orElseGet(this::created);
        }

        boolean over() {
            return terminated().isPresent() || Set.of("Succeeded", "Failed").contains(String.valueOf(phase()));
        }

        Optional<Instant> running() {
            return state().map(ContainerState::getRunning)
                    .map(ContainerStateRunning::getStartedAt)
                    .map(at -> instant(at).orElseGet(this::created));
        }

        Optional<ContainerStateTerminated> terminated() {
            return state().map(ContainerState::getTerminated);
        }

        boolean begun() {
            return container().map(ContainerStatus::getStarted).orElse(false);
        }

        String image() {
            var id = container().map(ContainerStatus::getImageID).orElse("");
            var digest = id.indexOf("sha256:");
            return digest < 0 ? "" : Text.atMost(id.substring(digest), 71);
        }

        String address() {
            return pod.getStatus() == null || pod.getStatus().getPodIP() == null
                    ? ""
                    : pod.getStatus().getPodIP();
        }

        /** Since when it is ready; empty: it is not. */
        Optional<Instant> ready() {
            return condition("Ready")
                    .filter(condition -> TRUE.equals(condition.getStatus()))
                    .map(condition -> instant(condition.getLastTransitionTime()).orElseGet(this::created));
        }

        Optional<Failure> hindered() {
            return state().map(ContainerState::getWaiting)
                    .filter(waiting -> HINDRANCES.contains(String.valueOf(waiting.getReason())))
                    .map(View::hindrance);
        }

        private static Failure hindrance(ContainerStateWaiting waiting) {
            return new Failure(waiting.getReason(), "The kubelet can't start it: " + words(waiting.getMessage()));
        }

        Optional<Failure> unscheduled() {
            return condition("PodScheduled")
                    .filter(condition -> "Unschedulable".equals(condition.getReason()))
                    .map(condition -> new Failure(
                            "FailedScheduling", "No node takes its Pod yet: " + words(condition.getMessage())));
        }

        /** Why Kubernetes ended the Pod for the sake of others. */
        Optional<Failure> disrupted() {
            return condition("DisruptionTarget")
                    .filter(condition -> TRUE.equals(condition.getStatus()))
                    .map(condition -> new Failure(
                            reason(condition.getReason(), "Disrupted"),
                            "Kubernetes ended its Pod: " + words(condition.getMessage())));
        }

        Optional<Failure> refused() {
            var reason = pod.getStatus() == null ? null : pod.getStatus().getReason();
            return Optional.ofNullable(reason)
                    .filter(given -> !given.isEmpty()
                            && !(DEADLINE.equals(given) && terminated().isPresent()))
                    .map(given -> new Failure(
                            reason(given, "PodFailed"),
                            "The kubelet ended its Pod: "
                                    + words(pod.getStatus().getMessage())));
        }

        Optional<Instant> deletion() {
            return instant(pod.getMetadata().getDeletionTimestamp());
        }

        private String phase() {
            return pod.getStatus() == null ? null : pod.getStatus().getPhase();
        }

        private Optional<ContainerState> state() {
            return container().map(ContainerStatus::getState);
        }

        private Optional<ContainerStatus> container() {
            return pod.getStatus() == null
                    ? Optional.empty()
                    : pod.getStatus().getContainerStatuses().stream()
                            .filter(status -> PodMarks.container(id).equals(status.getName()))
                            .findFirst();
        }

        private List<PodCondition> conditions() {
            return pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        }

        private Optional<PodCondition> condition(String type) {
            return conditions().stream()
                    .filter(condition -> type.equals(condition.getType()))
                    .findFirst();
        }
    }

    /** Labels of a Pod; empty: it has none. */
    private static Map<String, String> labels(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
    }
}
