package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Container;
import com.google.common.util.concurrent.Striped;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.audit.Auditor;
import dev.mayfly.runtime.docker.container.ContainerSnapshot;
import dev.mayfly.runtime.docker.volume.EmptyDirLimits;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.KnownReplica.RemovalStep;
import dev.mayfly.runtime.support.KnownReplica.State;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.Signals;
import dev.mayfly.runtime.support.Step.Action;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Lock;

/** Synchronizes the index with the engine: one container after a hint, or all of them. */
public final class Sync {
    /** Takes the engine half a second. */
    private static final int VERIFIED_AT_ONCE = 100;

    private final ReplicaIndex index;
    private final Inspections inspections;
    private final Lifecycle lifecycle;
    private final Removals removals;
    private final Auditor auditor;
    private final HealthWatch health;
    private final EmptyDirLimits limits;
    private final InstantSource clock;
    private final Striped<Lock> inspecting = Striped.lazyWeakLock(Integer.MAX_VALUE);
    /** Containers to inspect, see {@link #verifySome}. Used only by the thread that connects and lists. */
    private final Queue<String> unverified = new ArrayDeque<>();

    private boolean connected;

    public Sync(
            ReplicaIndex index,
            Inspections inspections,
            Lifecycle lifecycle,
            Removals removals,
            Auditor auditor,
            HealthWatch health,
            EmptyDirLimits limits,
            InstantSource clock) {
        this.index = index;
        this.inspections = inspections;
        this.lifecycle = lifecycle;
        this.removals = removals;
        this.auditor = auditor;
        this.health = health;
        this.limits = limits;
        this.clock = clock;
    }

    /** Synchronizes every container with our labels and every container in the index. */
    void syncAll() {
        var unanswered = lifecycle.unansweredLaunches();
        var believed = new HashSet<>(index.knownContainers());
        var pass = new SyncPass(inspections::answer);
        for (var container : inspections.list()) {
            believed.remove(container.getId());
            pass.apart(
                    container.getId(),
                    () -> listed(container),
                    why -> undescribed(container, why),
                    why -> undescribedYet(container, why));
            if (connected && ContainerSnapshot.isAlive(container)) {
                unverified.add(container.getId());
            }
        }
        connected = false;
        believed.forEach(container -> pass.apart(container, () -> syncOne(container), why -> unlisted(container, why)));
        unanswered.stream()
                .filter(id -> !pass.isLate(container(id)))
                .forEach(id -> pass.apart(container(id), () -> resolve(id), why -> unresolved(id, why)));
        lifecycle.synced();
        removals.discardStrays();
    }

    /**
     * The engine does not describe a container in time that it lists. A replica that is not known counts as undescribed,
     * since its slot is taken.
     */
    private void undescribedYet(Container listed, Failure why) {
        if (index.replica(listed.getId()).isEmpty()) {
            undescribed(listed, why);
        }
    }

    /**
     * The engine lists the container and can't describe it. One that runs is counted as running until its replica is
     * removed, so that no more than the desired number run.
     */
    private void undescribed(Container listed, Failure why) {
        inspections.undescribed(listed, why).ifPresent(snapshot -> {
            if (snapshot.replica().phase() == Phase.RUNNING) {
                seen(snapshot, snapshot.listed(now()));
                index.change(
                        snapshot.replica().id(),
                        replica -> replica.phase() == Phase.RUNNING
                                ? replica.serving(false, now())
                                        .withHealth(health -> health.withUnhealthy(Optional.of(why)))
                                : replica);
            } else {
                seen(snapshot, snapshot.inspected(List.of(), now()));
            }
        });
    }

    /** The container is known, is not listed, and can't be described: the next removal finds out whether it exists. */
    private void unlisted(String container, Failure why) {
        index.replica(container)
                .flatMap(index::find)
                .ifPresent(replica -> lifecycle.apply(
                        replica.id(),
                        new Fact.Inspected(
                                container,
                                replica.failed(Phase.ENDED, now(), why),
                                index.known(replica.id()).stopping(),
                                List.of(),
                                now())));
    }

    /** Whether an unanswered launch created a container is not known; if the engine lists it later, it is found then. */
    private void unresolved(ReplicaId id, Failure why) {
        lifecycle.apply(id, new Fact.Refused(why, false, Optional.empty(), now()));
    }

    /**
     * Called before a newly connected engine reports anything.
     *
     * @throws RuntimeException if it takes no new connection
     */
    void connected() {
        inspections.connected();
        unverified.clear();
        connected = true;
        lifecycle.reconnected();
    }

    /** True if an answer of the engine got lost, so that only a full synchronization shows the result. */
    boolean wanted() {
        return !lifecycle.unansweredLaunches().isEmpty();
    }

    /** Waits a moment for the first probe results of replicas that were found running. */
    void awaitHealth() {
        health.awaitFirst();
    }

    /**
     * Inspects one container: the result counts, not the hint. Inspections of the same container follow one another, so
     * that the last one shows the latest state.
     */
    void syncOne(String container) {
        var alone = inspecting.get(container);
        alone.lock();
        try {
            sync(container);
        } finally {
            alone.unlock();
        }
    }

    private void sync(String container) {
        var asked = now();
        var inspected = inspections.inspect(container);
        if (inspected.isEmpty()) {
            lifecycle.apply(container, new Fact.Absent(container, now()));
            return;
        }
        inspections.read(inspected.get()).ifPresent(snapshot -> {
            if (releasedSince(snapshot, asked)) {
                sync(container); // it was described before its release, after which it would look changed from outside
            } else {
                inspected(snapshot);
            }
        });
    }

    private boolean releasedSince(ContainerSnapshot snapshot, Instant asked) {
        return (snapshot.paused() || snapshot.replica().warm())
                && index.find(snapshot.replica().id())
                        .filter(known -> known.phase() == Phase.RUNNING && !known.warm())
                        .filter(known -> !known.since().isBefore(asked))
                        .isPresent();
    }

    /**
     * Inspects some of the containers that were found running when the engine was connected: a list does not show
     * whether they were restarted or updated before.
     */
    void verifySome() {
        var pass = new SyncPass(inspections::answer);
        for (var left = VERIFIED_AT_ONCE; left > 0 && !unverified.isEmpty(); left--) {
            var container = unverified.remove();
            pass.apart(container, () -> syncOne(container), why -> {}); // the list shows that it runs
        }
    }

    /** Applies the details of an event: the container may be gone before its exit can be inspected. */
    void onEvent(ReportedEvent event) {
        var container = event.container();
        switch (event.action()) {
            case "start" -> lifecycle.apply(container, new Fact.StartReported(container));
            case "update" ->
                lifecycle.apply(container, new Fact.ChangedOutside(container, Optional.of(Kind.UPDATED), now()));
            case "extract-to-dir" -> {
                index.replica(container).ifPresent(auditor::copiedInto);
                lifecycle.apply(container, new Fact.ChangedOutside(container, Optional.of(Kind.WRITTEN), now()));
            }
            case "die" ->
                event.exitCode()
                        .ifPresent(code ->
                                lifecycle.apply(container, new Fact.Died(container, Signals.exit(code), now())));
            case "oom" -> lifecycle.apply(container, new Fact.OutOfMemory(container));
            case "exec_die" -> event.exitCode().ifPresent(code -> lifecycle.commandEnded(event.command(), code));
            default -> {} // an inspection shows it
        }
    }

    /**
     * True if an event reports a known change that we caused. Another inspection would cost the engine 5 ms each time.
     */
    boolean expected(ReportedEvent event) {
        var id = index.replica(event.container());
        return switch (event.action()) {
            case "start" -> id.isPresent();
            case "pause" -> id.isPresent() && (deleting(id.get()) || pooled(id.get()));
            case "unpause" -> id.isPresent() && (deleting(id.get()) || runs(id.get()));
            case "rename" -> id.isPresent() && (deleting(id.get()) || runs(id.get()) && released(id.get(), event));
            case "destroy" -> id.isEmpty() || deleting(id.get());
            default -> id.isPresent() && deleting(id.get());
        };
    }

    /** True for the name that a replica has once it is released: with any other name it was changed. */
    private static boolean released(ReplicaId id, ReportedEvent renamed) {
        return Ownership.containerName(id).equals(renamed.name());
    }

    private boolean pooled(ReplicaId id) {
        return index.find(id).filter(Replica::warm).isPresent();
    }

    /** True unless a change from outside may be over now. */
    private boolean runs(ReplicaId id) {
        return index.find(id)
                .filter(replica -> !replica.warm() && replica.health().changed().isEmpty())
                .isPresent();
    }

    private boolean deleting(ReplicaId id) {
        return index.known(id).removalStep() == RemovalStep.DELETING;
    }

    /** Start times and exit codes require an inspection. */
    private void listed(Container container) {
        var running = inspections.running(container);
        if (running.isPresent()) {
            seen(running.get(), running.get().listed(now()));
        } else if (held(container)) {
            return; // it does nothing, and events report what others do to it
        } else if (starting(container)) {
            return; // the answer to its launch reports it, and the engine describes none while it starts it
        } else if (ContainerSnapshot.isAlive(container) || !ended(container.getId())) {
            syncOne(container.getId());
        }
    }

    private boolean held(Container listed) {
        return "paused".equals(listed.getState())
                && index.replica(listed.getId())
                        .filter(id -> index.known(id).state() == State.HELD)
                        .isPresent();
    }

    private boolean starting(Container listed) {
        return "created".equals(listed.getState())
                && index.replica(listed.getId())
                        .filter(id -> index.known(id).launching() == Launching.UNDER_WAY)
                        .isPresent();
    }

    private boolean ended(String container) {
        return index.replica(container)
                .filter(id -> index.known(id).state() == State.ENDED)
                .isPresent();
    }

    private void inspected(ContainerSnapshot snapshot) {
        seen(snapshot, snapshot.inspected(auditor.paths(snapshot.replica().id()), now()));
    }

    private void seen(ContainerSnapshot snapshot, Fact fact) {
        var id = snapshot.replica().id();
        if (index.wasRemoved(snapshot.container())) {
            return; // its removal was answered after the list was requested
        }
        auditor.register(
                id, snapshot.container(), snapshot.mode(), snapshot.replica().revision());
        limits.register(id, snapshot.limits());
        if (lifecycle.apply(id, fact).asks(Action.Probe.class)) {
            health.found(id, snapshot.health());
            inspections.found(snapshot);
        }
        if (fact instanceof Fact.Inspected) {
            lifecycle.apply(id, snapshot.changedOutside(now()));
        }
        health.checked(id, snapshot.health());
    }

    /** Resolves an unanswered launch: its container either exists now or never will. */
    private void resolve(ReplicaId id) {
        if (index.known(id).launching() != Launching.UNANSWERED) {
            return; // the list contained it
        }
        inspections
                .inspect(container(id))
                .flatMap(inspections::read)
                .ifPresentOrElse(this::inspected, () -> lifecycle.apply(id, new Fact.NotCreated()));
    }

    /** ID of the replica's container, or the name that it has if there is one. */
    private String container(ReplicaId id) {
        return index.container(id).orElseGet(() -> pooled(id) ? Ownership.pooledName(id) : Ownership.containerName(id));
    }

    private Instant now() {
        return clock.instant();
    }
}
