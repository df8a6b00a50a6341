package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.model.Exit;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import dev.mayfly.model.ReplicaId;
import dev.mayfly.runtime.Ownership;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Brings the index in line with the engine: one container after a hint, or all of them. */
final class Sync {
    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Inspections inspections;
    private final Launches launches;
    private final Removals removals;
    private final Auditor auditor;
    private final HealthWatch health;
    private final EmptyDirLimits limits;
    private final RecentEndings endings;
    private final InstantSource clock;
    private final Dying dying;

    Sync(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Inspections inspections,
            Launches launches,
            Removals removals,
            Auditor auditor,
            HealthWatch health,
            EmptyDirLimits limits,
            RecentEndings endings,
            InstantSource clock) {
        this.engine = engine;
        this.index = index;
        this.inspections = inspections;
        this.launches = launches;
        this.removals = removals;
        this.auditor = auditor;
        this.health = health;
        this.limits = limits;
        this.endings = endings;
        this.clock = clock;
        this.dying = new Dying(index, clock);
    }

    /** Looks at every container that carries our mark, and at every one that the index believes in. */
    void all() {
        index.forgetEarlier();
        dying.forgetGone();
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

    /** Called before an engine that was just connected tells anything. */
    void connected() {
        endings.connected();
    }

    /** True where an answer of the engine got lost, so that only a look at everything can tell. */
    boolean wanted() {
        return launches.doubtful();
    }

    /** Waits a moment for what probes say of replicas that were found running. */
    void awaitHealth() {
        health.awaitFirst();
    }

    /** Looks at one container: the truth, whatever the hint said. */
    void one(String container) {
        var inspected = engine.get().container(container);
        if (inspected.isEmpty()) {
            index.replica(container).ifPresent(this::vanished);
        } else {
            inspections.read(inspected.get()).ifPresent(sighting -> {
                seen(sighting);
                dying.inspected(sighting.replica());
            });
        }
    }

    /** What an event says beyond who it is about: of an end that nobody may be able to look at any more. */
    void told(String container, String action, Map<String, String> details) {
        var code = details.getOrDefault("exitCode", "");
        if (!code.matches("\\d{1,9}")) {
            return;
        }
        if (action.equals("exec_die")) {
            removals.commandEnded(details.getOrDefault("execID", ""), Integer.parseInt(code));
        } else if (action.equals("die")) {
            index.replica(container).ifPresent(id -> {
                endings.told(container, Integer.parseInt(code), clock.instant());
                dying.told(id);
                if (index.find(id).filter(r -> r.phase() == Phase.TERMINATING).isPresent()) {
                    removals.ended(id);
                }
            });
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
        var running = inspections.running(container);
        if (index.replica(container.getId()).filter(dying::isTold).isPresent()) {
            one(container.getId()); // since when it runs is only told by inspection
        } else if (running.isEmpty()) {
            var known = index.replica(container.getId()).flatMap(index::find).map(Replica::phase);
            if (known.filter(phase -> phase == Phase.ENDED).isEmpty()) {
                one(container.getId()); // an exit code is only told by inspection
            }
        } else {
            seen(running.get());
        }
    }

    private void seen(Sighting sighting) {
        var replica = sighting.replica();
        var id = replica.id();
        if (index.forgotten(sighting.container())) {
            return; // its removal was answered since the engine was asked
        }
        removals.knows(id, sighting.stopping());
        auditor.knows(id, sighting.container(), sighting.mode(), replica.revision());
        limits.knows(id, sighting.limits());
        var began = new boolean[1];
        index.change(id.owner(), observed -> {
            if (index.forgotten(sighting.container())) {
                return observed;
            }
            index.identify(id, sighting.container());
            var after = merged(observed, replica);
            began[0] = !runs(observed, id) && runs(after, id);
            return after;
        });
        if (began[0]) {
            health.found(id, sighting.vitals());
        }
        health.checked(id, sighting.vitals());
        if (replica.phase() == Phase.ENDED
                && index.find(id).filter(r -> r.phase() == Phase.TERMINATING).isPresent()) {
            removals.ended(id);
        }
    }

    private static boolean runs(Observed observed, ReplicaId id) {
        return observed.find(id).filter(r -> r.phase() == Phase.RUNNING).isPresent();
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
                : observed.with(served(known.get(), seen.withWrites(known.get().writes())));
    }

    /** For how long it was ready we know; an inspection only tells for how long it ran. */
    private static Replica served(Replica known, Replica seen) {
        return known.gated() && known.phase() == Phase.RUNNING
                ? seen.withServed(known.serving(false, seen.since()).served())
                : seen;
    }

    private void vanished(ReplicaId id) {
        var known = index.find(id);
        var gone = known.isEmpty() || known.get().phase().leaving() || superseded(id);
        var launching = launches.underWay(id);
        var exit = index.container(id).flatMap(endings::exit);
        if (!gone && !launching) {
            recordLost(known.get(), exit);
        }
        if (!launching) {
            auditor.vanished(id);
        }
        if (gone) {
            removals.gone(id);
        } else if (!launching) {
            removals.discard(id);
            index.change(id, replica -> lost(replica, exit));
        }
    }

    private void recordLost(Replica known, Optional<Exit> exit) {
        index.container(known.id())
                .filter(container -> !known.phase().terminated())
                .ifPresent(container -> endings.unasked(lost(known, exit), container, auditor.paths(known.id())));
    }

    /** Somebody's {@code docker rm -f} ends it first: what its end was stays known, its successor is told by it. */
    private Replica lost(Replica replica, Optional<Exit> exit) {
        if (replica.phase() == Phase.LOST) {
            return replica;
        }
        return replica.phase() == Phase.ENDED
                ? replica.in(Phase.LOST, replica.since())
                : replica.failed(Phase.LOST, clock.instant(), Sighting.REMOVED).withExit(exit);
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
        var there = engine.get().container(Ownership.containerName(id)).flatMap(inspections::read);
        if (there.isPresent()) {
            index.identify(id, there.get().container());
            var began = new boolean[1];
            index.change(id, replica -> {
                var pending = replica.phase() == Phase.PENDING;
                began[0] = pending && there.get().replica().phase() == Phase.RUNNING;
                return pending ? there.get().replica() : replica;
            });
            if (began[0]) {
                health.found(id, there.get().vitals());
            }
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
