package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.model.Ephemerality.Mode;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Writes;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the engine says of one container, as a replica. Pure.
 *
 * @param container the engine's id
 * @param replica as it would be if nothing else were known
 * @param stopSignal what ends it gracefully
 * @param mode what is done about its writes
 * @param limits of its {@code emptyDir}s on disk, as its label says
 */
record Sighting(String container, Replica replica, String stopSignal, Mode mode, String limits) {
    /** What the engine writes for an instant that never was. */
    private static final String NEVER = "0001-01-01T00:00:00Z";
    /** Exit code of a process that the engine lost sight of: it was killed itself, or the machine went down. */
    private static final int LOST_SIGHT = 255;

    private static final String DEFAULT_STOP_SIGNAL = "SIGTERM";

    /**
     * A line of the list has neither exit code nor error, so only one that runs is fully told by it.
     *
     * @return empty where the container is not ours, or must be inspected
     */
    static Optional<Sighting> ofRunning(String cluster, Container listed) {
        if (!"running".equals(listed.getState())) {
            return Optional.empty();
        }
        var name = listed.getNames().length == 0 ? "" : listed.getNames()[0].substring(1);
        return Ownership.read(cluster, name, listed.getLabels()).map(mark -> {
            var created = Instant.ofEpochSecond(listed.getCreated());
            var started = mark.notBefore().isAfter(created) ? mark.notBefore() : created;
            return new Sighting(
                    listed.getId(),
                    replica(mark, Phase.RUNNING, started, Optional.of(started), Optional.empty(), false),
                    stopSignal(listed.getLabels()),
                    Ownership.mode(listed.getLabels()),
                    limits(listed.getLabels()));
        });
    }

    /** The same, over for that reason. */
    Sighting because(Failure failure) {
        return new Sighting(container, replica.failed(Phase.ENDED, replica.since(), failure), stopSignal, mode, limits);
    }

    /** @return empty where the container is not ours */
    static Optional<Sighting> of(String cluster, InspectContainerResponse inspected) {
        var labels = inspected.getConfig().getLabels();
        return Ownership.read(cluster, inspected.getName().substring(1), labels)
                .map(mark -> new Sighting(
                        inspected.getId(),
                        replica(mark, inspected),
                        stopSignal(labels),
                        Ownership.mode(labels),
                        limits(labels)));
    }

    private static Replica replica(Mark mark, InspectContainerResponse inspected) {
        var state = inspected.getState();
        var started = instant(state.getStartedAt());
        var finished = instant(state.getFinishedAt());
        var created = Instant.parse(inspected.getCreated());
        if (Boolean.TRUE.equals(state.getRunning())) {
            return replica(mark, Phase.RUNNING, started.orElse(created), started, Optional.empty(), false);
        }
        var error = state.getError() == null ? "" : state.getError();
        var exitCode =
                state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue();
        if (started.isEmpty() && error.isEmpty() && exitCode == 0) {
            return replica(mark, Phase.CREATED, created, started, Optional.empty(), false);
        }
        var failure = started.isEmpty()
                ? new Failure("RunContainerError", "The engine could not start it: " + error)
                : ended(exitCode, Boolean.TRUE.equals(state.getOOMKilled()));
        var excused = started.isPresent() && exitCode == LOST_SIGHT;
        return replica(mark, Phase.ENDED, finished.orElse(created), started, Optional.of(failure), excused);
    }

    private static Failure ended(int exitCode, boolean outOfMemory) {
        if (outOfMemory) {
            return new Failure(
                    "OOMKilled",
                    "Its processes used more than its memory limit (exit code " + exitCode
                            + "). Raise resources.limits.memory or make it use less.");
        }
        return exitCode == 0
                ? new Failure("Completed", "PID 1 ended with exit code 0; a replica is meant to run on.")
                : new Failure("Error", "PID 1 ended with exit code " + exitCode + signal(exitCode) + ".");
    }

    /** Shells and engines report an end by signal n as 128 + n. */
    private static String signal(int exitCode) {
        return exitCode > 128 && exitCode < 128 + 65 ? " (signal " + (exitCode - 128) + ")" : "";
    }

    private static Replica replica(
            Mark mark,
            Phase phase,
            Instant since,
            Optional<Instant> started,
            Optional<Failure> failure,
            boolean excused) {
        return new Replica(
                mark.id(),
                mark.revision(),
                phase,
                phase == Phase.RUNNING,
                since,
                started,
                mark.failures(),
                mark.restarts(),
                mark.notBefore(),
                mark.requests(),
                failure,
                excused,
                Writes.NONE);
    }

    private static String limits(Map<String, String> labels) {
        return labels.getOrDefault(Ownership.EMPTY_DIR_LIMITS, "");
    }

    private static String stopSignal(Map<String, String> labels) {
        return labels.getOrDefault(Ownership.STOP_SIGNAL, DEFAULT_STOP_SIGNAL);
    }

    static Optional<Instant> instant(String engineTime) {
        return engineTime == null || engineTime.isEmpty() || engineTime.equals(NEVER)
                ? Optional.empty()
                : Optional.of(Instant.parse(engineTime));
    }
}
