package dev.mayfly.cli.replicas;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A replica as the engine shows it.
 *
 * @param mark what its labels say
 * @param container the engine's description of its container
 * @param process name of PID 1; empty if this machine does not show it
 * @param ready empty: not known
 * @param dirty whether it wrote outside of volumes; empty: not known
 */
record ReplicaRow(
        Mark mark,
        InspectContainerResponse container,
        Optional<String> process,
        Optional<Boolean> ready,
        Optional<Boolean> dirty) {

    /** Empty for a container that is no replica: labels can be copied. */
    static Optional<Mark> mark(InspectContainerResponse container) {
        var labels =
                container.getConfig() == null ? null : container.getConfig().getLabels();
        if (labels == null || container.getName() == null || container.getName().isEmpty()) {
            return Optional.empty();
        }
        return Ownership.read(
                labels.getOrDefault(Ownership.CLUSTER, ""), container.getName().substring(1), labels);
    }

    /** @param resources empty: no cluster was asked */
    static ReplicaRow of(
            Mark mark,
            InspectContainerResponse container,
            Optional<String> process,
            Optional<KnownResources> resources) {
        var runs = isAlive(container.getState())
                && !Boolean.TRUE.equals(container.getState().getPaused());
        var pod = resources.flatMap(known -> known.pod(mark.id()));
        return new ReplicaRow(
                mark,
                container,
                process,
                runs ? pod.flatMap(ReplicaRow::ready).or(() -> ready(container)) : Optional.of(false),
                mark.mode() == Mode.Enforce ? Optional.of(false) : resources.flatMap(known -> known.wrote(mark.id())));
    }

    private static Optional<Boolean> ready(GenericKubernetesResource pod) {
        List<Map<String, Object>> conditions = pod.get("status", "conditions");
        return Stream.ofNullable(conditions)
                .flatMap(List::stream)
                .filter(condition -> "Ready".equals(condition.get("type")))
                .map(condition -> "True".equals(condition.get("status")))
                .findFirst();
    }

    /** By the image's own check; a replica without any check is ready while it runs. Only the operator knows its probes. */
    private static Optional<Boolean> ready(InspectContainerResponse container) {
        var probes = labels(container).getOrDefault(Ownership.PROBES, "");
        if (!probes.isEmpty()) {
            return Optional.empty();
        }
        var health = container.getState().getHealth();
        return Optional.of(health == null
                || health.getStatus() == null
                || health.getStatus().equals("none")
                || health.getStatus().equals("healthy"));
    }

    private static Map<String, String> labels(InspectContainerResponse container) {
        return Objects.requireNonNullElse(container.getConfig().getLabels(), Map.of());
    }

    /** True while its PID 1 runs, be it paused. */
    boolean alive() {
        return isAlive(container.getState());
    }

    private static boolean isAlive(ContainerState state) {
        return Boolean.TRUE.equals(state.getRunning());
    }

    String name() {
        return mark.id().replica();
    }

    String namespace() {
        return mark.id().owner().namespace();
    }

    String image() {
        return Objects.requireNonNullElse(container.getConfig().getImage(), "");
    }

    private boolean isHeld() {
        var paused = Boolean.TRUE.equals(container.getState().getPaused());
        return mark.pooled() && paused;
    }

    /** The engine's word, or {@code held} for one of the warm pool, with the exit code of one that ended, such as {@code exited (137)}. */
    String state() {
        var state = container.getState();
        var word = isHeld() ? "held" : Objects.requireNonNullElse(state.getStatus(), "unknown");
        return "exited".equals(word) ? word + " (" + state.getExitCodeLong() + ")" : word;
    }

    /** PID on the engine's host; empty where it has none. */
    Optional<Long> pid() {
        return Optional.ofNullable(container.getState().getPidLong()).filter(pid -> pid > 0);
    }

    /** When it started, or was created if it never did. */
    Optional<Instant> since() {
        return time(container.getState().getStartedAt()).or(() -> time(container.getCreated()));
    }

    Optional<Instant> finished() {
        return alive() ? Optional.empty() : time(container.getState().getFinishedAt());
    }

    /** Its address in the network of its namespace; empty: it has none. */
    Optional<String> address() {
        var settings = container.getNetworkSettings();
        if (settings == null || settings.getNetworks() == null) {
            return Optional.empty();
        }
        return settings.getNetworks().values().stream()
                .map(network -> Objects.requireNonNullElse(network.getIpAddress(), ""))
                .filter(address -> !address.isEmpty())
                .findFirst();
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse).filter(time -> time.isAfter(Instant.EPOCH));
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }
}
