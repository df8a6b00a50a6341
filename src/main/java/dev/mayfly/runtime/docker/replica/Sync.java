package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.audit.Auditor;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.volume.EmptyDirLimits;
import dev.mayfly.runtime.support.Action;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.KnownReplica.Departure;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.Signals;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.function.Supplier;

/** Brings the index in line with the engine: one container after a hint, or all of them. */
public final class Sync {
    private final Supplier<Engine> engine;
    private final ReplicaIndex index;
    private final Inspections inspections;
    private final Lifecycle lifecycle;
    private final Removals removals;
    private final Auditor auditor;
    private final HealthWatch health;
    private final EmptyDirLimits limits;
    private final InstantSource clock;

    public Sync(
            Supplier<Engine> engine,
            ReplicaIndex index,
            Inspections inspections,
            Lifecycle lifecycle,
            Removals removals,
            Auditor auditor,
            HealthWatch health,
            EmptyDirLimits limits,
            InstantSource clock) {
        this.engine = engine;
        this.index = index;
        this.inspections = inspections;
        this.lifecycle = lifecycle;
        this.removals = removals;
        this.auditor = auditor;
        this.health = health;
        this.limits = limits;
        this.clock = clock;
    }

    /** Looks at every container that carries our mark, and at every one that the index believes in. */
    void all() {
        var doubtful = lifecycle.doubtful();
        var believed = new HashSet<>(index.knownContainers());
        for (var container : engine.get().containers()) {
            believed.remove(container.getId());
            listed(container);
        }
        believed.forEach(this::one);
        doubtful.forEach(this::resolve);
        lifecycle.reviewed();
        removals.discardStrays();
    }

    /** Called before an engine that was just connected tells anything. */
    void connected() {
        lifecycle.reconnected();
    }

    /** True where an answer of the engine got lost, so that only a look at everything can tell. */
    boolean wanted() {
        return !lifecycle.doubtful().isEmpty();
    }

    /** Waits a moment for what probes say of replicas that were found running. */
    void awaitHealth() {
        health.awaitFirst();
    }

    /** Looks at one container: the truth, whatever the hint said. */
    void one(String container) {
        var inspected = engine.get().container(container);
        if (inspected.isEmpty()) {
            lifecycle.tell(container, new Fact.Absent(container));
            return;
        }
        inspections
                .read(inspected.get())
                .ifPresentOrElse(
                        this::inspected, () -> lifecycle.tell(container, new Fact.Estranged(container, now())));
    }

    /** What an event says beyond who it is about: of an end that nobody may be able to look at any more. */
    void told(String container, String action, Map<String, String> details) {
        if (action.equals("start")) {
            lifecycle.tell(container, new Fact.Begun(container));
            return;
        }
        var code = details.getOrDefault("exitCode", "");
        if (!code.matches("\\d{1,9}")) {
            return;
        }
        if (action.equals("exec_die")) {
            lifecycle.commandEnded(details.getOrDefault("execID", ""), Integer.parseInt(code));
        } else if (action.equals("die")) {
            lifecycle.tell(container, new Fact.Died(container, Signals.exit(Integer.parseInt(code)), now()));
        }
    }

    /** True where an event tells what is known already: our own doing. Looking again would cost the engine 5 ms each time. */
    boolean expected(String container, String action) {
        var id = index.replica(container);
        return switch (action) {
            case "start" -> id.isPresent();
            case "destroy" -> id.isEmpty() || deleting(id.get());
            default -> id.isPresent() && deleting(id.get());
        };
    }

    private boolean deleting(ReplicaId id) {
        return index.known(id).departure() == Departure.DELETING;
    }

    /** Since when one runs, and how it ended, is only told by inspection. */
    private void listed(Container container) {
        var running = inspections.running(container);
        if (running.isPresent()) {
            seen(running.get(), running.get().listed(now()));
        } else if (index.replica(container.getId())
                .filter(id -> index.known(id).state() == State.ENDED)
                .isEmpty()) {
            one(container.getId());
        }
    }

    private void inspected(ContainerSnapshot sighting) {
        seen(sighting, sighting.inspected(auditor.paths(sighting.replica().id()), now()));
    }

    private void seen(ContainerSnapshot sighting, Fact fact) {
        var id = sighting.replica().id();
        if (index.buried(sighting.container())) {
            return; // its removal was answered since the engine was asked
        }
        auditor.knows(id, sighting.container(), sighting.mode(), sighting.replica().revision());
        limits.knows(id, sighting.limits());
        if (lifecycle.tell(id, fact).asks(Action.Probe.class)) {
            health.found(id, sighting.vitals());
        }
        health.checked(id, sighting.vitals());
    }

    /** A launch whose answer never came: either its container is there, or it never will be. */
    private void resolve(ReplicaId id) {
        if (index.known(id).launching() != Launching.DOUBTFUL) {
            return; // it was in the list
        }
        engine.get()
                .container(Ownership.containerName(id))
                .flatMap(inspections::read)
                .ifPresentOrElse(this::inspected, () -> lifecycle.tell(id, new Fact.Unmade()));
    }

    private Instant now() {
        return clock.instant();
    }
}
