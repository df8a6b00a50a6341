package dev.mayfly.runtime.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.Ownership.Mark;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.support.ContainerHealth;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.Signals;
import dev.mayfly.runtime.support.Stopping;
import dev.mayfly.runtime.support.Terminations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the engine says of one container, as a replica. Pure.
 *
 * @param container the engine's id
 * @param replica as it would be if nothing else were known
 * @param stopping how it is to be stopped
 * @param mode what is done about its writes
 * @param limits of its {@code emptyDir}s on disk, as its label says
 * @param vitals how it is asked for its health
 */
public record ContainerSnapshot(String container, Replica replica, Stopping stopping, Mode mode, String limits, ContainerHealth vitals) {
    public ContainerSnapshot {
        replica = replica.withGrace(stopping.grace());
    }

    /** What the engine writes for an instant that never was. */
    private static final String NEVER = "0001-01-01T00:00:00Z";
    /** How one ended that somebody else removed by force. */
    static final Failure REMOVED = Terminations.REMOVED;
    /** Exit code of a process that the engine lost sight of: it was killed itself, or the machine went down. */
    private static final int LOST_SIGHT = 255;
    /** How one ended that may have ended with its engine. */
    private static final String ENGINE_STOPPED = "EngineStopped";

    /** What the engine says of a container that it is removing by force, and of one whose removal it did not finish. */
    private static final Set<String> BEING_REMOVED = Set.of("removing", "dead");

    /**
     * A line of the list has neither exit code nor error, so only one that runs is fully told by it.
     *
     * @return empty where the container is not ours, or must be inspected
     */
    public static Optional<ContainerSnapshot> ofRunning(String cluster, Container listed) {
        if (!"running".equals(listed.getState())) {
            return Optional.empty();
        }
        var name = listed.getNames().length == 0 ? "" : listed.getNames()[0].substring(1);
        return Ownership.read(cluster, name, listed.getLabels()).map(mark -> {
            var created = Instant.ofEpochSecond(listed.getCreated());
            var started = mark.notBefore().isAfter(created) ? mark.notBefore() : created;
            var vitals = InspectedHealth.of(listed);
            return new ContainerSnapshot(
                    listed.getId(),
                    vitals.on(replica(mark, Phase.RUNNING, started, Optional.of(started), Optional.empty(), false))
                            .withImage(image(listed.getImageId())),
                    Stopping.of(listed.getLabels()),
                    Ownership.mode(listed.getLabels()),
                    limits(listed.getLabels()),
                    vitals);
        });
    }

    /**
     * The same as far as anybody can know how it ended. An engine that is shut down stops its containers with it: whatever
     * exit code they have then is none of their own.
     *
     * @param engineBegan when the engine began that was asked after this was seen; empty where it does not tell
     * @param witnessed true where that engine told of the end as it happened
     */
    public ContainerSnapshot placed(Optional<Instant> engineBegan, boolean witnessed) {
        if (replica.phase() != Phase.ENDED) {
            return this;
        }
        // 1. It ended before this engine began: with the one before, or while there was none.
        if (engineBegan.filter(replica.since()::isBefore).isPresent()) {
            return unknown();
        }
        // 2. This engine told of it: whatever the exit code, it is the replica's own.
        if (witnessed) {
            return replica.excused() ? itsOwn(Signals.exit(LOST_SIGHT)) : this;
        }
        // 3. Nobody told of it, and nobody knows which engine's time it was.
        return engineBegan.isEmpty() ? unknown() : this;
    }

    private ContainerSnapshot itsOwn(Exit exit) {
        var why = new Failure("Error", "PID 1 ended with exit code " + exit.code() + ".");
        return with(replica.withExcused(false).withExit(Optional.of(exit)).withFailure(Optional.of(why)));
    }

    private ContainerSnapshot unknown() {
        if (replica.excused()) {
            return this;
        }
        var code = replica.exit()
                .map(exit -> " (exit code " + Signals.text(exit) + ")")
                .orElse("");
        var why = new Failure(
                ENGINE_STOPPED,
                "It ended" + code + " before the engine was started anew: by itself or with it, nobody saw.");
        return with(replica.withExcused(true).withExit(Optional.empty()).withFailure(Optional.of(why)));
    }

    /** A line of the list, as a fact. */
    public Fact listed(Instant now) {
        return new Fact.Listed(container, replica, stopping, now);
    }

    /** An inspection, as a fact. @param writes paths that it is known to have written */
    public Fact inspected(List<String> writes, Instant now) {
        return new Fact.Inspected(container, replica, stopping, writes, now);
    }

    /** The same, over for that reason. */
    public ContainerSnapshot because(Failure failure) {
        return with(replica.failed(Phase.ENDED, replica.since(), failure));
    }

    /** The same, having said that last. */
    public ContainerSnapshot saying(String output) {
        return with(replica.withOutput(output));
    }

    private ContainerSnapshot with(Replica changed) {
        return new ContainerSnapshot(container, changed, stopping, mode, limits, vitals);
    }

    /** @return empty where the container is not ours */
    public static Optional<ContainerSnapshot> of(String cluster, InspectContainerResponse inspected) {
        var labels = inspected.getConfig().getLabels();
        return Ownership.read(cluster, inspected.getName().substring(1), labels).map(mark -> {
            var vitals = InspectedHealth.of(inspected);
            return new ContainerSnapshot(
                    inspected.getId(),
                    vitals.on(replica(mark, inspected)).withImage(image(inspected.getImageId())),
                    Stopping.of(labels),
                    Ownership.mode(labels),
                    limits(labels),
                    vitals);
        });
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
        if (started.isEmpty()) {
            var failure = new Failure("RunContainerError", "The engine could not start it: " + error);
            return replica(mark, Phase.ENDED, finished.orElse(created), started, Optional.of(failure), false);
        }
        var failure = BEING_REMOVED.contains(String.valueOf(state.getStatus()))
                ? REMOVED
                : ended(mark.id().owner(), Signals.exit(exitCode), Boolean.TRUE.equals(state.getOOMKilled()));
        var excused = exitCode == LOST_SIGHT;
        return replica(mark, Phase.ENDED, finished.orElse(created), started, Optional.of(failure), excused)
                .withExit(excused ? Optional.empty() : Optional.of(Signals.exit(exitCode)));
    }

    private static Failure ended(OwnerId owner, Exit exit, boolean outOfMemory) {
        if (outOfMemory) {
            return new Failure(
                    "OOMKilled",
                    "Its processes used more than its memory limit (exit code " + exit.code()
                            + "). Raise resources.limits.memory or make it use less.");
        }
        return switch (exit.code()) {
            case 0 ->
                new Failure(
                        "Completed",
                        "PID 1 ended with exit code 0" + (owner.isTask() ? "." : "; a replica is meant to run on."));
            case Signals.KILLED ->
                new Failure(
                        "Killed",
                        "PID 1 ended with exit code 137 (SIGKILL), which reaches it only from outside of its container."
                                + " A shell tells its child's end in the same way.");
            case LOST_SIGHT -> new Failure(ENGINE_STOPPED, "It ended with the engine; nobody saw how.");
            default -> new Failure("Error", "PID 1 ended with exit code " + Signals.text(exit) + ".");
        };
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
                Writes.NONE,
                false,
                phase == Phase.RUNNING ? started : Optional.empty(),
                phase == Phase.ENDED
                        ? started.map(start -> Duration.between(start, since)).orElse(Duration.ZERO)
                        : Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                Optional.empty());
    }

    private static String image(String id) {
        return id == null ? "" : id;
    }

    private static String limits(Map<String, String> labels) {
        return labels.getOrDefault(Ownership.EMPTY_DIR_LIMITS, "");
    }

    public static Optional<Instant> instant(String engineTime) {
        return engineTime == null || engineTime.isEmpty() || engineTime.equals(NEVER)
                ? Optional.empty()
                : Optional.of(Instant.parse(engineTime));
    }
}
