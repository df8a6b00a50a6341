package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.container.EngineTimes;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineBeginning;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.ReplicaIndex;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the engine's description of a container, with times of the operator's clock, and finds the cause of a new exit. */
public final class Inspections {
    private final Supplier<Engine> engine;
    private final Supplier<Optional<Instant>> engineBegan;
    private final ReplicaIndex index;
    private final Announcements announcements;
    private final String cluster;
    private final EngineTimes times;
    /** The engine that is connected; empty before the first. */
    private volatile Optional<ConnectedEngine> connected = Optional.empty();

    /**
     * @param began its start time by its own clock; empty if it reports none
     * @param at when it was connected, by the operator's clock, which is not before it started
     */
    private record ConnectedEngine(Optional<Instant> began, Instant at) {}

    /** @param engineBegan asks the engine at each call, see {@link EngineBeginning} */
    public Inspections(
            Supplier<Engine> engine,
            Supplier<Optional<Instant>> engineBegan,
            ReplicaIndex index,
            Announcements announcements,
            String cluster,
            EngineTimes times) {
        this.times = times;
        this.engine = engine;
        this.engineBegan = engineBegan;
        this.index = index;
        this.announcements = announcements;
        this.cluster = cluster;
    }

    /**
     * Called before a newly connected engine reports anything.
     *
     * @throws RuntimeException if it takes no new connection
     */
    void connected() {
        connected = Optional.of(new ConnectedEngine(engineBegan.get(), times.now()));
    }

    /** Every container with our labels, as a line of the list. */
    List<Container> list() {
        return engine.get().containers();
    }

    /** True if the engine answers a ping. */
    boolean answer() {
        try {
            engine.get().ping();
            return true;
        } catch (RuntimeException silence) {
            return false;
        }
    }

    /** @return empty if there is no such container */
    Optional<InspectContainerResponse> inspect(String container) {
        return engine.get().container(container);
    }

    /** @return empty if the container is not ours, or must be inspected */
    Optional<ContainerSnapshot> running(Container listed) {
        return ContainerSnapshot.ofRunning(cluster, listed).map(times::ours);
    }

    /**
     * The replica of a container that the engine lists and can't describe otherwise.
     *
     * @return empty if the container is not ours
     * @throws RuntimeException if the engine takes no new connection: one that is shutting down may refuse anything
     */
    Optional<ContainerSnapshot> undescribed(Container listed, Failure why) {
        engineBegan.get();
        return ContainerSnapshot.ofUndescribed(
                        cluster, listed, index.replica(listed.getId()), why, times.engines(times.now()))
                .map(times::ours);
    }

    /** Reports why a replica that was found running must be replaced, if it must. Called once. */
    void found(ContainerSnapshot snapshot) {
        snapshot.replica()
                .health()
                .unhealthy()
                .ifPresent(why -> announcements.warn(snapshot.replica().id(), why.reason(), why.message()));
    }

    /**
     * @return empty if the container is not ours
     * @throws RuntimeException if the container ended and the engine takes no new connection: the engine may be
     *     shutting down, which ends all containers. The next connected engine is asked for the cause
     */
    Optional<ContainerSnapshot> read(InspectContainerResponse inspected) {
        return ContainerSnapshot.of(cluster, inspected, index.replica(inspected.getId()))
                .map(snapshot ->
                        index.find(snapshot.replica().id()).map(snapshot::of).orElse(snapshot))
                .map(snapshot -> unknownExit(snapshot) ? withOutput(inspected, placed(snapshot)) : snapshot)
                .map(times::ours);
    }

    /** True for an exit that is not known yet and was not requested. */
    private boolean unknownExit(ContainerSnapshot snapshot) {
        var known = index.find(snapshot.replica().id()).map(Replica::phase);
        return snapshot.replica().phase() == Phase.ENDED
                && known.filter(phase -> phase.leaving() || phase.terminated()).isEmpty();
    }

    /**
     * Reads the recorded event before it asks the engine: the question may be answered by another engine, which reported
     * nothing. The start time is recorded, so it tells one engine from the next however the clock is set; only an exit
     * that no event reported is compared with it. The engine started before it was connected, so a later start time is of
     * a clock that was set back since.
     */
    private ContainerSnapshot placed(ContainerSnapshot snapshot) {
        var reported = index.replica(snapshot.container())
                .filter(id -> index.known(id).exitFromCurrentEngine())
                .isPresent();
        var began = engineBegan.get();
        var same = connected.filter(engine -> engine.began().equals(began));
        var latest = same.map(engine -> times.engines(engine.at()));
        return snapshot.placed(
                began.map(start -> latest.filter(start::isAfter).orElse(start)), reported && same.isPresent());
    }

    private ContainerSnapshot withOutput(InspectContainerResponse inspected, ContainerSnapshot snapshot) {
        var detailed = TerminationLog.withOutput(engine.get(), inspected, snapshot);
        detailed.replica()
                .outcome()
                .failure()
                .filter(why -> why.reason().equals(Failure.READ_ONLY))
                .ifPresent(why -> announcements.warn(detailed.replica().id(), why.reason(), why.message()));
        return detailed;
    }
}
