package dev.mayfly.runtime.simulated;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.model.Desired.AuditPolicy;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Requests;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.BusyWatch;
import dev.mayfly.runtime.Capacity;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.Endings;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.WriteAudit;
import dev.mayfly.runtime.simulated.Faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An in-memory engine for tests and experiments. Its clock moves only on request; the same seed yields the same actions
 * at the same times.
 */
public final class SimulatedRuntime implements ContainerRuntime, Capacity, WriteAudit, BusyWatch, Endings {
    private final Replicas replicas = new Replicas();
    private final Audits audits = new Audits();
    private final Agenda agenda = new Agenda();
    private final Ends ends = new Ends();
    private final Asking asking;
    private final Requests total;
    private final Latency latency;
    private Instant now;
    private Faults faults = Faults.NONE;
    private boolean available = true;

    public SimulatedRuntime(long seed, Instant start, Requests total) {
        this.latency = new Latency(seed);
        this.asking = new Asking(replicas, agenda, latency, this::now);
        this.now = start;
        this.total = total;
    }

    public synchronized Instant now() {
        return now;
    }

    /** Advances the clock and runs everything that is due by then. */
    public synchronized void advance(Duration time) {
        var end = now.plus(time);
        for (var next = agenda.nextUntil(end); next.isPresent(); next = agenda.nextUntil(end)) {
            now = next.get().at();
            next.get().happening().run();
        }
        now = end;
    }

    /** Sets the failures of launches from now on. */
    public synchronized void faults(Faults wrong) {
        faults = wrong;
    }

    /** Sets whether the engine answers from now on. Running replicas keep running. */
    public synchronized void available(boolean answers) {
        available = answers;
        replicas.hint(OwnerId.EVERY);
    }

    /** External change: PID 1 of the replica receives SIGKILL. */
    public synchronized void kill(ReplicaId id) {
        replicas.running(id).ifPresent(replica -> over(Outside.killed(replica, now)));
    }

    /** External change: PID 1 of the replica exits with that code. */
    public synchronized void exit(ReplicaId id, int code) {
        replicas.running(id).ifPresent(replica -> over(Outside.ended(replica, code, now)));
    }

    /** External change: the replica's readiness probe succeeds or fails. */
    public synchronized void ready(ReplicaId id, boolean is) {
        asking.ready(id, is);
    }

    /** External change: the replica's liveness probe failed for good. */
    public synchronized void unhealthy(ReplicaId id, Failure why) {
        asking.unhealthy(id, why);
    }

    /** External change: the replica becomes busy or idle, which the next probe shows. */
    public synchronized void busy(ReplicaId id, boolean is) {
        asking.busy(id, is);
    }

    /** External change: the replica's container is removed by force. */
    public synchronized void vanish(ReplicaId id) {
        replicas.running(id)
                .flatMap(replica -> Outside.vanished(replica, now))
                .ifPresent(lost -> ends.unasked(lost, now));
        replicas.find(id)
                .flatMap(replica -> Outside.vanished(replica, now))
                .ifPresentOrElse(replicas::put, () -> replicas.drop(id));
    }

    /** External change: a process of the replica wrote where it must not, and an audit found it. */
    public synchronized void write(ReplicaId id, Writes writes) {
        replicas.find(id)
                .filter(r -> r.phase() == Phase.RUNNING || r.phase() == Phase.ENDED)
                .ifPresent(replica -> replicas.put(replica.withWrites(writes)));
    }

    /** External change: a process of the replica created that file, and an audit found it. */
    public synchronized void write(ReplicaId id, String path) {
        replicas.find(id).ifPresent(replica -> {
            audits.found(replica, path, now);
            write(id, new Writes(true, replica.writes().excess()));
        });
    }

    /** The engine restarts: every replica ends and is excused. */
    public synchronized void restart() {
        replicas.all().filter(r -> r.phase() == Phase.RUNNING).forEach(r -> over(Outside.stopped(r, now)));
    }

    /** The operator crashes: its memory and pending requests are lost, containers stay. */
    public synchronized void forget() {
        agenda.clear();
        ends.forget();
        replicas.all()
                .forEach(replica -> Outside.remembered(replica, now)
                        .ifPresentOrElse(replicas::put, () -> replicas.drop(replica.id())));
        asking.forget();
    }

    @Override
    public synchronized Observed observe(OwnerId owner, Instant at) {
        answer();
        return replicas.of(owner).at(at);
    }

    @Override
    public synchronized Set<OwnerId> owners() {
        answer();
        return replicas.owners();
    }

    @Override
    public synchronized void launch(Launch launch) {
        var known = replicas.find(launch.id());
        var waits = known.filter(r -> r.phase() == Phase.CREATED).isPresent() && launch.starts(now);
        if (known.isPresent() && !waits) {
            return;
        }
        replicas.put(launch.pending(now));
        if (waits) {
            start(launch);
        } else {
            agenda.enter(now.plus(latency.create()), () -> whilePending(launch, () -> created(launch)));
        }
    }

    @Override
    public synchronized void remove(Removal removal) {
        replicas.find(removal.id()).filter(r -> !r.phase().leaving()).ifPresent(replica -> {
            switch (replica.phase()) {
                case LOST, FAILED -> replicas.drop(replica.id());
                case CREATED, ENDED -> leave(replica.in(Phase.REMOVING, now), latency.remove(), removal.cause());
                default -> leave(replica.in(Phase.TERMINATING, now), latency.stop(removal.grace()), removal.cause());
            }
        });
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        return replicas.watch(changed);
    }

    @Override
    public Requests total() {
        return total;
    }

    private void created(Launch launch) {
        var fault = faults.of(launch).filter(wrong -> !wrong.withContainer());
        if (fault.isPresent()) {
            replicas.put(
                    launch.pending(now).failed(Phase.FAILED, now, fault.get().failure()));
        } else if (!launch.starts(now)) {
            replicas.put(launch.pending(now).in(Phase.CREATED, now));
        } else {
            start(launch);
        }
    }

    private void start(Launch launch) {
        agenda.enter(now.plus(latency.start()), () -> whilePending(launch, () -> started(launch)));
    }

    private void started(Launch launch) {
        var fault = faults.of(launch).filter(Fault::withContainer);
        if (fault.isPresent()) {
            replicas.put(
                    launch.pending(now).failed(Phase.ENDED, now, fault.get().failure()));
        } else {
            asking.started(
                    launch.pending(now).in(Phase.RUNNING, now),
                    launch.template().probes());
        }
    }

    private void over(Replica replica) {
        replicas.put(replica);
        ends.unasked(replica, now);
    }

    /** Runs {@code then} unless a removal overtook the launch. */
    private void whilePending(Launch launch, Runnable then) {
        replicas.find(launch.id()).filter(r -> r.phase() == Phase.PENDING).ifPresent(replica -> then.run());
    }

    private void leave(Replica replica, Duration takes, Cause cause) {
        replicas.put(replica);
        agenda.enter(
                now.plus(takes),
                () -> replicas.find(replica.id())
                        .filter(known -> known.phase().leaving())
                        .ifPresent(known -> gone(known, cause)));
    }

    private void gone(Replica replica, Cause cause) {
        if (replica.phase() == Phase.TERMINATING && replica.startedAt().isPresent()) {
            ends.asked(replica, now);
        }
        var occupant = replicas.of(replica.id().owner()).occupant(replica.id().slot());
        if (cause.succeeded() && occupant.filter(replica::equals).isPresent()) {
            replicas.put(
                    replica.failed(Phase.LOST, now, replica.health().unhealthy().orElse(Writes.REPLACED)));
        } else {
            replicas.drop(replica.id());
        }
    }

    @Override
    public void audit(OwnerId owner, AuditPolicy policy) {
        // writes are found as they are made
    }

    @Override
    public synchronized AuditReport report(OwnerId owner) {
        return audits.report(replicas.of(owner), now);
    }

    @Override
    public synchronized void forget(OwnerId owner) {
        audits.forget(owner);
    }

    @Override
    public synchronized void watchBusy(OwnerId owner, Optional<Probe> probe) {
        asking.watchBusy(owner, probe);
    }

    @Override
    public synchronized List<Termination> endings(OwnerId owner) {
        return ends.of(owner);
    }

    @Override
    public synchronized void forgetEndings(OwnerId owner) {
        ends.forget(owner);
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.of(this);
    }

    @Override
    public Optional<WriteAudit> writeAudit() {
        return Optional.of(this);
    }

    @Override
    public Optional<BusyWatch> busyWatch() {
        return Optional.of(this);
    }

    @Override
    public Optional<Endings> endings() {
        return Optional.of(this);
    }

    private void answer() {
        if (!available) {
            throw new RuntimeUnavailable("the simulated engine does not answer", null);
        }
    }
}
