package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Container;
import com.google.common.util.concurrent.Striped;
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
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import org.jboss.logging.Logger;

/** Synchronizes the index with the engine: one container after a hint, or all of them. */
public final class Sync {
    private static final Logger LOG = Logger.getLogger(Sync.class);
    /** Takes the engine half a second. */
    private static final int VERIFIED_AT_ONCE = 100;

    /** States of a container with a process, in a list. */
    private static final Set<String> ALIVE = Set.of("running", "paused", "restarting");

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
        for (var container : inspections.list()) {
            believed.remove(container.getId());
            apart(container.getId(), () -> listed(container));
            if (connected && ALIVE.contains(container.getState())) {
                unverified.add(container.getId());
            }
        }
        connected = false;
        believed.forEach(container -> apart(container, () -> syncOne(container)));
        unanswered.forEach(id -> apart(Ownership.containerName(id), () -> resolve(id)));
        lifecycle.synced();
        removals.discardStrays();
    }

    /**
     * Synchronizes one container of several. A defect that its description uncovers concerns no other container; silence
     * of the engine concerns all.
     */
    static void apart(String container, Runnable sync) {
        try {
            sync.run();
        } catch (NullPointerException
                | IndexOutOfBoundsException
                | ClassCastException
                | ArithmeticException
                | DateTimeException defect) {
            LOG.errorf(defect, "Container %s can't be read and is left as it was known", container);
        }
    }

    /** Called before a newly connected engine reports anything. */
    void connected() {
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
        var inspected = inspections.inspect(container);
        if (inspected.isEmpty()) {
            lifecycle.apply(container, new Fact.Absent(container));
            return;
        }
        inspections.read(inspected.get()).ifPresent(this::inspected);
    }

    /**
     * Inspects some of the containers that were found running when the engine was connected: a list does not show
     * whether they were restarted or updated before.
     */
    void verifySome() {
        for (var left = VERIFIED_AT_ONCE; left > 0 && !unverified.isEmpty(); left--) {
            var container = unverified.remove();
            apart(container, () -> syncOne(container));
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
            case "exec_die" -> event.exitCode().ifPresent(code -> lifecycle.commandEnded(event.command(), code));
            default -> {} // an inspection shows it
        }
    }

    /**
     * True if an event reports a known change that we caused. Another inspection would cost the engine 5 ms each time.
     */
    boolean expected(String container, String action) {
        var id = index.replica(container);
        return switch (action) {
            case "start" -> id.isPresent();
            case "destroy" -> id.isEmpty() || deleting(id.get());
            default -> id.isPresent() && deleting(id.get());
        };
    }

    private boolean deleting(ReplicaId id) {
        return index.known(id).removalStep() == RemovalStep.DELETING;
    }

    /** Start times and exit codes require an inspection. */
    private void listed(Container container) {
        var running = inspections.running(container);
        if (running.isPresent()) {
            seen(running.get(), running.get().listed(now()));
        } else if (ALIVE.contains(container.getState()) || !ended(container.getId())) {
            syncOne(container.getId());
        }
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
                .inspect(Ownership.containerName(id))
                .flatMap(inspections::read)
                .ifPresentOrElse(this::inspected, () -> lifecycle.apply(id, new Fact.NotCreated()));
    }

    private Instant now() {
        return clock.instant();
    }
}
