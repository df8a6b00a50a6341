package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.runtime.Ownership;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.function.Supplier;

/** Brings the index in line with the engine: one container after a hint, or all of them. */
final class Sync {
    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Launches launches;
    private final Removals removals;
    private final Auditor auditor;
    private final EmptyDirLimits limits;
    private final Announcements announcements;
    private final String cluster;
    private final InstantSource clock;

    Sync(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Launches launches,
            Removals removals,
            Auditor auditor,
            EmptyDirLimits limits,
            Announcements announcements,
            String cluster,
            InstantSource clock) {
        this.engine = engine;
        this.index = index;
        this.launches = launches;
        this.removals = removals;
        this.auditor = auditor;
        this.limits = limits;
        this.announcements = announcements;
        this.cluster = cluster;
        this.clock = clock;
    }

    /** Looks at every container that carries our mark, and at every one that the index believes in. */
    void all() {
        var doubtful = launches.unknown();
        var believed = new HashSet<>(index.knownContainers());
        for (var container : engine.get().containers()) {
            believed.remove(container.getId());
            listed(container);
        }
        believed.forEach(this::one);
        for (var id : doubtful) {
            resolve(id);
            launches.resolved(id); // only now: a look that fails leaves it doubtful
        }
        resumeRemovals();
        removals.discardStrays();
    }

    /** True where an answer of the engine got lost, so that only a look at everything can tell. */
    boolean wanted() {
        return launches.doubtful();
    }

    /** Looks at one container: the truth, whatever the hint said. */
    void one(String container) {
        var inspected = engine.get().container(container);
        if (inspected.isEmpty()) {
            index.replica(container).ifPresent(this::vanished);
        } else {
            Sighting.of(cluster, inspected.get())
                    .map(sighting -> news(sighting) ? heard(inspected.get(), sighting) : sighting)
                    .ifPresent(this::seen);
        }
    }

    /** True where an event tells what is known already: our own doing. Looking again would cost the engine 5 ms each time. */
    boolean expected(String container, String action) {
        var id = index.replica(container);
        return switch (action) {
            case "start" -> id.isPresent();
            case "destroy" -> id.isEmpty() || removals.deleting(id.get());
            default -> id.isPresent() && removals.deleting(id.get());
        };
    }

    private void listed(Container container) {
        var running = Sighting.ofRunning(cluster, container);
        if (running.isEmpty()) {
            var known = index.replica(container.getId()).flatMap(index::find).map(Replica::phase);
            if (known.filter(phase -> phase == Phase.ENDED).isEmpty()) {
                one(container.getId()); // an exit code is only told by inspection
            }
        } else {
            seen(running.get());
        }
    }

    /** True for an end that nobody knows of yet and nobody asked for. */
    private boolean news(Sighting sighting) {
        var known = index.find(sighting.replica().id()).map(Replica::phase);
        return sighting.replica().phase() == Phase.ENDED
                && known.filter(phase -> phase.leaving() || phase.over()).isEmpty();
    }

    private Sighting heard(InspectContainerResponse inspected, Sighting sighting) {
        var heard = LastWords.heard(engine.get(), inspected, sighting);
        heard.replica()
                .failure()
                .filter(why -> why.reason().equals(Failure.READ_ONLY))
                .ifPresent(why -> announcements.warn(heard.replica().id(), why.reason(), why.message()));
        return heard;
    }

    private void seen(Sighting sighting) {
        var replica = sighting.replica();
        var id = replica.id();
        index.identify(id, sighting.container());
        removals.stopSignal(id, sighting.stopSignal());
        auditor.knows(id, sighting.container(), sighting.mode(), replica.revision());
        limits.knows(id, sighting.limits());
        index.change(id.owner(), observed -> merged(observed, replica));
        if (replica.phase() == Phase.ENDED
                && index.find(id).filter(r -> r.phase() == Phase.TERMINATING).isPresent()) {
            removals.ended(id);
        }
    }

    private Observed merged(Observed observed, Replica seen) {
        var known = observed.find(seen.id());
        if (known.isEmpty()) {
            return observed.with(seen);
        }
        var phase = known.get().phase();
        var ours = phase.leaving() || (phase == Phase.PENDING && seen.phase() != Phase.ENDED);
        // A life goes one way: what a list of a moment ago says of a container that ended since is no news.
        return ours || seen.phase().compareTo(phase) <= 0
                ? observed
                : observed.with(seen.having(known.get().writes()));
    }

    private void vanished(ReplicaId id) {
        var known = index.find(id);
        if (!launches.underWay(id)) {
            auditor.vanished(id);
        }
        if (known.isEmpty() || known.get().phase().leaving() || superseded(id)) {
            removals.gone(id);
        } else if (!launches.underWay(id)) {
            removals.discard(id);
            index.change(id, this::lost);
        }
    }

    /** Somebody's {@code docker rm -f} ends it first: what its end was stays known, its successor is told by it. */
    private Replica lost(Replica replica) {
        if (replica.phase() == Phase.LOST) {
            return replica;
        }
        return replica.phase() == Phase.ENDED
                ? replica.in(Phase.LOST, replica.since())
                : replica.failed(
                        Phase.LOST,
                        clock.instant(),
                        new Failure("Removed", "Its container was removed by somebody else."));
    }

    private boolean superseded(ReplicaId id) {
        return index.observe(id.owner(), clock.instant())
                .occupant(id.slot())
                .filter(occupant -> !occupant.id().equals(id))
                .isPresent();
    }

    /** A launch whose answer never came: either its container is there, or it never will be. */
    private void resolve(ReplicaId id) {
        if (launches.underWay(id)
                || index.find(id).filter(r -> r.phase() == Phase.PENDING).isEmpty()) {
            return;
        }
        var there = engine.get()
                .container(Ownership.containerName(id))
                .flatMap(inspected -> Sighting.of(cluster, inspected));
        if (there.isPresent()) {
            index.identify(id, there.get().container());
            index.change(
                    id,
                    replica -> replica.phase() == Phase.PENDING ? there.get().replica() : replica);
        } else {
            index.remove(id);
        }
    }

    /** Removals that were cut off: by an engine that went away, or before their container was known. */
    private void resumeRemovals() {
        for (var observed : index.all()) {
            observed.all()
                    .filter(replica -> replica.phase().leaving())
                    .map(Replica::id)
                    .filter(id -> !removals.underWay(id) && !launches.underWay(id))
                    .forEach(id -> {
                        if (index.container(id).isPresent()) {
                            removals.resume(id);
                        } else {
                            removals.gone(id);
                        }
                    });
        }
    }
}
