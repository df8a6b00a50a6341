package dev.mayfly.runtime.docker.container;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Health;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.Replica.SlotHistory;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.LabelReader;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.HealthWatch.ContainerHealth;
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
 * The engine's description of one container, as a replica. Pure.
 *
 * @param container the engine's ID
 * @param replica the replica as it would be if nothing else were known
 * @param stopping how to stop it
 * @param mode how its writes are handled
 * @param limits size limits of its {@code emptyDir} volumes on disk in bytes, by volume
 * @param health its probes and the state of its health check
 * @param changed what another client of the engine changed; empty if nothing shows
 * @param paused true for a container that is paused: it is held if it is in the warm pool, and serves nobody otherwise
 */
public record ContainerSnapshot(
        String container,
        Replica replica,
        Stopping stopping,
        Mode mode,
        Map<String, Long> limits,
        ContainerHealth health,
        Optional<Kind> changed,
        boolean paused) {
    public ContainerSnapshot {
        replica = replica.withGrace(stopping.grace());
    }

    private static final Optional<Kind> INTERRUPTED = Optional.of(Kind.INTERRUPTED);

    /** The engine's value for a time that was never set. */
    private static final String NEVER = "0001-01-01T00:00:00Z";
    /** Failure of a replica whose container another client of the engine removed by force. */
    static final Failure REMOVED = Terminations.REMOVED;
    /** Exit code of a process whose end the engine missed: the engine was killed, or the machine went down. */
    private static final int LOST_SIGHT = 255;
    /** Reason of an exit that the end of the engine may have caused. */
    private static final String ENGINE_STOPPED = "EngineStopped";

    /** State of a container that never ran, in a list. */
    private static final String CREATED = "created";
    /** States of a container with a process, in a list. */
    private static final Set<String> ALIVE = Set.of("running", "paused", "restarting");

    /** State of a container that the engine is removing by force, or whose removal it did not finish. */
    private static final Set<String> BEING_REMOVED = Set.of("removing", "dead");

    /**
     * Reads a line of the list. It has neither exit code nor error, so it fully describes only a running container.
     *
     * @return empty if the container is not ours, or must be inspected
     */
    public static Optional<ContainerSnapshot> ofRunning(String cluster, Container listed) {
        if (!"running".equals(listed.getState()) || OutsideView.elsewhere(listed)) {
            return Optional.empty();
        }
        var name = Engine.name(listed).orElse("");
        var labels = new LabelReader(listed.getLabels());
        return Ownership.read(cluster, name, labels, id -> false).map(mark -> {
            var created = Instant.ofEpochSecond(listed.getCreated());
            var started = mark.notBefore().isAfter(created) ? mark.notBefore() : created;
            return of(
                    listed.getId(),
                    mark,
                    replica(mark, Phase.RUNNING, started, Optional.of(started), Optional.empty(), false)
                            .withImage(image(listed.getImageId())),
                    HealthReader.read(listed, labels),
                    labels,
                    Optional.empty(),
                    false);
        });
    }

    /**
     * Reads a line of the list about a container that the engine can't describe otherwise. How it ended is not known
     * then, and what is known of a running one does not suffice to treat it: its replica is to be replaced.
     *
     * @param known the replica that the container is known to be of; empty if it is known of none
     * @param now the time by the engine's clock
     * @return empty if the container is not ours
     */
    public static Optional<ContainerSnapshot> ofUndescribed(
            String cluster, Container listed, Optional<ReplicaId> known, Failure why, Instant now) {
        var labels = new LabelReader(listed.getLabels());
        var name = Engine.name(listed).orElse("");
        return Ownership.read(cluster, name, labels, id -> known.equals(Optional.of(id)))
                .map(mark -> {
                    var replica = isAlive(listed)
                            ? replica(mark, Phase.RUNNING, now, Optional.of(now), Optional.empty(), false)
                                    .serving(false, now)
                                    .withHealth(health -> health.withUnhealthy(Optional.of(why)))
                            : replica(
                                    mark,
                                    Phase.ENDED,
                                    now,
                                    Optional.of(now).filter(ran -> !CREATED.equals(listed.getState())),
                                    Optional.of(why),
                                    false);
                    return new ContainerSnapshot(
                            listed.getId(),
                            replica.withImage(image(listed.getImageId())),
                            Stopping.of(labels),
                            mark.mode(),
                            SizeLimitsLabel.of(labels),
                            ContainerHealth.NONE,
                            Optional.empty(),
                            false);
                });
    }

    /** True for a container with a process. */
    public static boolean isAlive(Container listed) {
        return ALIVE.contains(String.valueOf(listed.getState()));
    }

    /** With an unreadable label the replica is to be replaced, and is not probed until then. */
    private static ContainerSnapshot of(
            String container,
            Mark mark,
            Replica replica,
            ContainerHealth health,
            LabelReader labels,
            Optional<Kind> changed,
            boolean paused) {
        var stopping = Stopping.of(labels);
        var limits = SizeLimitsLabel.of(labels);
        var unreadable = labels.unreadable();
        var known = unreadable.isEmpty() ? health : health.withoutProbes();
        return new ContainerSnapshot(
                container,
                known.on(replica).withHealth(checked -> checked.withUnhealthy(unreadable)),
                stopping,
                mark.mode(),
                limits,
                known,
                changed,
                paused);
    }

    /** The snapshot, given what is known of its replica: one that serves was neither held nor released just now. */
    public ContainerSnapshot of(Replica known) {
        if (known.phase() != Phase.RUNNING || known.warm()) {
            return this;
        }
        if (replica.warm()) { // another client gave it the name of one in the pool
            return changed(paused ? Kind.PAUSED : Kind.RENAMED);
        }
        var before = known.health().changed().map(OutsideChange::kind);
        return changed.equals(INTERRUPTED) && !before.equals(INTERRUPTED) ? changed(Kind.PAUSED) : this;
    }

    private ContainerSnapshot changed(Kind kind) {
        return new ContainerSnapshot(container, replica, stopping, mode, limits, health, Optional.of(kind), paused);
    }

    /**
     * The snapshot with the cause of the exit as far as it can be known. An engine that is shut down stops its
     * containers, so their exit codes then are not the replicas' own.
     *
     * @param engineBegan start time of the engine by its own clock, or an earlier time if that clock was set back since;
     *     requested after this snapshot was taken; empty if the engine reports none
     * @param reported true if that engine reported the exit when it happened
     */
    public ContainerSnapshot placed(Optional<Instant> engineBegan, boolean reported) {
        if (replica.phase() != Phase.ENDED) {
            return this;
        }
        // 1. This engine reported the exit, so the exit code is the replica's own, whatever the clock shows.
        if (reported) {
            return replica.outcome().excused() ? itsOwn(Signals.exit(LOST_SIGHT)) : this;
        }
        // 2. It ended before this engine started: with the previous engine, or while none was running.
        // 3. The start time of the engine is unknown.
        return engineBegan.isEmpty() || replica.since().isBefore(engineBegan.get()) ? unknown() : this;
    }

    private ContainerSnapshot itsOwn(Exit exit) {
        var why = new Failure("Error", "PID 1 ended with exit code " + exit.code() + ".");
        return with(replica.withOutcome(outcome ->
                outcome.withExcused(false).withExit(Optional.of(exit)).withFailure(Optional.of(why))));
    }

    private ContainerSnapshot unknown() {
        if (replica.outcome().excused()) {
            return this;
        }
        var code = replica.outcome()
                .exit()
                .map(exit -> " (exit code " + Signals.text(exit) + ")")
                .orElse("");
        var why = new Failure(
                ENGINE_STOPPED,
                "It ended" + code + " before the engine was restarted; whether the engine ended it is not known.");
        return with(replica.withOutcome(
                outcome -> outcome.withExcused(true).withExit(Optional.empty()).withFailure(Optional.of(why))));
    }

    /** The snapshot of a line of the list, as a fact. */
    public Fact listed(Instant now) {
        return new Fact.Listed(container, replica, stopping, now);
    }

    /** The snapshot of an inspection, as a fact. @param writes known paths that the replica wrote */
    public Fact inspected(List<String> writes, Instant now) {
        return new Fact.Inspected(container, replica, stopping, writes, now);
    }

    /** The change that another client of the engine made, as a fact. */
    public Fact changedOutside(Instant now) {
        return new Fact.ChangedOutside(container, changed, now);
    }

    /** The snapshot with that failure as the cause of the exit. */
    public ContainerSnapshot withFailure(Failure failure) {
        return with(replica.failed(Phase.ENDED, replica.since(), failure));
    }

    /** The snapshot with that last output. */
    public ContainerSnapshot withOutput(String output) {
        return with(replica.withOutcome(outcome -> outcome.withOutput(output)));
    }

    /** The snapshot with all times by that much earlier; zero: unchanged. */
    ContainerSnapshot earlier(Duration by) {
        return by.isZero() ? this : with(replica.earlier(by));
    }

    private ContainerSnapshot with(Replica changed) {
        return new ContainerSnapshot(container, changed, stopping, mode, limits, health, this.changed, paused);
    }

    /** @return empty if the container is not ours */
    public static Optional<ContainerSnapshot> of(String cluster, InspectContainerResponse inspected) {
        return of(cluster, inspected, Optional.empty());
    }

    /**
     * A container that was renamed while no operator ran is recognized by its host name, which no client can change,
     * and which a container made from a copy of it does not get by itself.
     *
     * @param known the replica that the container is known to be of; empty if it is known of none
     * @return empty if the container is not ours
     */
    public static Optional<ContainerSnapshot> of(
            String cluster, InspectContainerResponse inspected, Optional<ReplicaId> known) {
        var labels = new LabelReader(inspected.getConfig().getLabels());
        var host = inspected.getConfig().getHostName();
        return Ownership.read(
                        cluster,
                        inspected.getName().substring(1),
                        labels,
                        id -> known.equals(Optional.of(id)) || id.replica().equals(host))
                .map(mark -> ofInspected(inspected, labels, mark));
    }

    private static ContainerSnapshot ofInspected(InspectContainerResponse inspected, LabelReader labels, Mark mark) {
        return of(
                inspected.getId(),
                mark,
                replica(mark, inspected).withImage(image(inspected.getImageId())),
                HealthReader.read(inspected, labels),
                labels,
                OutsideView.changed(mark, inspected, LimitsLabel.of(labels)),
                Boolean.TRUE.equals(inspected.getState().getPaused()));
    }

    private static Replica replica(Mark mark, InspectContainerResponse inspected) {
        var state = inspected.getState();
        var started = instant(state.getStartedAt());
        var finished = instant(state.getFinishedAt());
        var created = Instant.parse(inspected.getCreated());
        if (mark.pooled() && Boolean.TRUE.equals(state.getPaused())) {
            return replica(mark, Phase.HELD, started.orElse(created), started, Optional.empty(), false);
        }
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
        var failure = isBeingRemoved(state)
                ? REMOVED
                : ended(mark.id().owner(), Signals.exit(exitCode), Boolean.TRUE.equals(state.getOOMKilled()));
        var excused = exitCode == LOST_SIGHT;
        return replica(mark, Phase.ENDED, finished.orElse(created), started, Optional.of(failure), excused)
                .withOutcome(
                        outcome -> outcome.withExit(excused ? Optional.empty() : Optional.of(Signals.exit(exitCode))));
    }

    /** True if the engine has begun to remove the container, or did not finish that. */
    public static boolean isBeingRemoved(InspectContainerResponse.ContainerState state) {
        return BEING_REMOVED.contains(String.valueOf(state.getStatus()));
    }

    private static Failure ended(OwnerId owner, Exit exit, boolean outOfMemory) {
        return exit.code() == LOST_SIGHT && !outOfMemory
                ? new Failure(ENGINE_STOPPED, "It ended with the engine; its exit code is not known.")
                : Terminations.ended(owner, exit, outOfMemory);
    }

    private static Replica replica(
            Mark mark,
            Phase phase,
            Instant since,
            Optional<Instant> started,
            Optional<Failure> failure,
            boolean excused) {
        var served = phase == Phase.ENDED
                ? started.map(start -> Duration.between(start, since)).orElse(Duration.ZERO)
                : Duration.ZERO;
        return new Replica(
                mark.id(),
                mark.revision(),
                phase,
                since,
                started,
                new SlotHistory(mark.failures(), mark.restarts(), mark.notBefore()),
                mark.requests(),
                Writes.NONE,
                Health.initial(false)
                        .with(health -> health.warm(mark.pooled())
                                .ready(phase == Phase.RUNNING)
                                .readySince(phase == Phase.RUNNING ? started : Optional.empty())
                                .served(served)),
                Outcome.NONE.withFailure(failure).withExcused(excused),
                "",
                Optional.empty());
    }

    private static String image(String id) {
        return id == null ? "" : id;
    }

    public static Optional<Instant> instant(String engineTime) {
        return engineTime == null || engineTime.isEmpty() || engineTime.equals(NEVER)
                ? Optional.empty()
                : Optional.of(Instant.parse(engineTime));
    }
}
