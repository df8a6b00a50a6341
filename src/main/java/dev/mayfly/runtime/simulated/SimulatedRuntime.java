package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.BusyWatch;
import dev.mayfly.runtime.ContainerRuntime.Capacity;
import dev.mayfly.runtime.ContainerRuntime.Drains;
import dev.mayfly.runtime.ContainerRuntime.RecentTerminations;
import dev.mayfly.runtime.ContainerRuntime.Reporting;
import dev.mayfly.runtime.ContainerRuntime.WriteAudit;
import dev.mayfly.runtime.Measuring;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.simulated.SimulatedProbes.ProbeAnswers;
import dev.mayfly.runtime.simulated.SimulationSettings.Outage;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.KnownReplica.Launching;
import dev.mayfly.runtime.support.Measurements;
import dev.mayfly.runtime.support.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An in-memory engine for tests and experiments. Its clock moves only on request; the same seed yields the same actions
 * at the same times.
 */
public final class SimulatedRuntime implements ContainerRuntime {
    private final List<Consumer<OwnerId>> watchers = new CopyOnWriteArrayList<>();
    private final Announcements announcements = new Announcements();
    private final Measurements measurements = new Measurements();
    private final ProbeAnswers answers = new ProbeAnswers();
    private final SimulatedClock clock;
    private final Latency latency;
    private final SimulatedContainers containers;
    private final Audits audits;
    private final SimulationSettings settings;
    private final Capacity capacity = new Capacity() {
        @Override
        public Requests total() {
            return settings.total();
        }

        @Override
        public Used usedExcept(Set<OwnerId> owners, String namespace) {
            return memory.index.usedExcept(owners, namespace);
        }
    };

    private volatile SimulatedMemory memory;
    private Function<ReplicaId, CompletionStage<Duration>> drain =
            id -> CompletableFuture.completedStage(Duration.ZERO);
    private Faults faults = Faults.NONE;
    private boolean available = true;

    /** An engine without faults. */
    public SimulatedRuntime(long seed, Instant start, Requests total) {
        this(SimulationSettings.of(seed, start, total));
    }

    public SimulatedRuntime(SimulationSettings settings) {
        this.settings = settings;
        clock = new SimulatedClock(settings.start());
        latency = new Latency(settings);
        containers = new SimulatedContainers(clock, latency, (id, fact) -> memory.lifecycle.apply(id, fact));
        audits = new Audits(owner -> memory.index.observe(owner, clock.instant()), clock);
        memory = memory();
        settings.faults().outages().forEach(this::schedule);
    }

    private void schedule(Outage outage) {
        clock.after(outage.after(), () -> {
            memory.index.notifyWatchers(OwnerId.EVERY);
            if (outage.endsReplicas()) {
                containers.restart();
            }
        });
        clock.after(outage.end(), () -> memory.index.notifyWatchers(OwnerId.EVERY));
    }

    private SimulatedMemory memory() {
        var empty = new SimulatedMemory(
                containers,
                clock,
                latency,
                announcements,
                measurements,
                answers,
                settings.concurrency(),
                launch -> faults.of(launch));
        empty.stops.before(drain);
        empty.index.watch(changed -> watchers.forEach(watcher -> watcher.accept(changed)));
        return empty;
    }

    public Instant now() {
        return clock.instant();
    }

    /** Advances the clock and runs everything that is due by then. */
    public synchronized void advance(Duration time) {
        clock.advance(time);
    }

    /** Time until the engine or the operator's part of the runtime does something; empty: nothing is due. */
    public synchronized Optional<Duration> nextStep() {
        return clock.next();
    }

    /** The engine's work since the operator started. */
    public synchronized EngineWork work() {
        return memory.queue.work();
    }

    /** Sets the failures of launches from now on, beside the configured ones. */
    public synchronized void faults(Faults wrong) {
        faults = wrong;
    }

    /** Sets whether the engine answers from now on. Running replicas keep running. */
    public synchronized void available(boolean answers) {
        available = answers;
        memory.index.notifyWatchers(OwnerId.EVERY);
    }

    /** External change: PID 1 of the replica receives SIGKILL. */
    public synchronized void kill(ReplicaId id) {
        exit(id, Signals.KILLED);
    }

    /** External change: PID 1 of the replica exits with that code, unless the replica is being removed. */
    public synchronized void exit(ReplicaId id, int code) {
        exit(id, code, Optional.empty());
    }

    /** The same. @param described how long after the report the engine says how it ended; empty: at once */
    public synchronized void exit(ReplicaId id, int code, Optional<Duration> described) {
        running(id)
                .flatMap(replica -> memory.index.container(id))
                .ifPresent(container -> containers.end(container, Signals.exit(code), described));
    }

    /** External change: the replica's readiness probe succeeds or fails. */
    public synchronized void ready(ReplicaId id, boolean is) {
        memory.probes.ready(id, is);
    }

    /** External change: the replica's liveness probe failed for good. */
    public synchronized void unhealthy(ReplicaId id, Failure why) {
        memory.probes.unhealthy(id, why);
    }

    /** External change: the replica becomes busy or idle, which the next probe shows. */
    public synchronized void busy(ReplicaId id, boolean is) {
        memory.probes.busy(id, is);
    }

    /** External change: the replica's container is removed by force, unless it is just being started. */
    public synchronized void vanish(ReplicaId id) {
        if (memory.index.known(id).launching() == Launching.IDLE) {
            memory.index.container(id).ifPresent(containers::vanish);
        }
    }

    /** External change: a process of the replica wrote where it must not, and an audit found it. */
    public synchronized void write(ReplicaId id, Writes writes) {
        memory.index.change(
                id,
                replica -> replica.phase() == Phase.RUNNING || replica.phase() == Phase.ENDED
                        ? replica.withWrites(writes)
                        : replica);
    }

    /** External change: a process of the replica created that file, and an audit found it. */
    public synchronized void write(ReplicaId id, String path) {
        memory.index.find(id).ifPresent(replica -> {
            audits.found(replica, path);
            write(id, new Writes(true, replica.writes().excess()));
        });
    }

    /** External change: another client of the engine changes the replica's running container. */
    public synchronized void change(ReplicaId id, Kind kind) {
        memory.index
                .container(id)
                .map(container -> new Fact.ChangedOutside(container, Optional.of(kind), clock.instant()))
                .ifPresent(change -> memory.lifecycle.apply(id, change));
    }

    /** The replica of that launch has been running, and ready, since now. For a simulation that begins with replicas. */
    public synchronized void running(Launch launch) {
        memory.launches.running(launch);
        memory.probes.ready(launch.id(), true);
    }

    /** The engine restarts: every replica ends and is excused. */
    public synchronized void restart() {
        containers.restart();
    }

    /**
     * The operator crashes: its memory and pending requests are lost, containers stay. So are crashes of replicas and the
     * end of outages that were due later.
     */
    public synchronized void forget() {
        var before = memory;
        clock.clear();
        answers.forget();
        memory = memory();
        containers.all().forEach(container -> {
            memory.found(container, before.index.find(container.replica().id()));
        });
        memory.index.notifyWatchers(OwnerId.EVERY);
    }

    private Optional<Replica> running(ReplicaId id) {
        return memory.index
                .find(id)
                .filter(replica -> replica.phase() == Phase.RUNNING || replica.phase() == Phase.HELD);
    }

    /** No later than the engine's clock, which may be a moment behind: what is planned for then is due here, too. */
    @Override
    public synchronized Observed observe(OwnerId owner, Instant at) {
        answer();
        var now = clock.instant();
        return memory.index.observe(owner, at.isBefore(now) ? at : now);
    }

    /** Number of replicas that run, whether or not an event reported how they ended. */
    public synchronized int runningContainers() {
        return containers.running();
    }

    /** As {@link #observe}, also while the engine does not answer. */
    public synchronized Observed seen(OwnerId owner) {
        return memory.index.observe(owner, clock.instant());
    }

    @Override
    public synchronized Set<OwnerId> owners() {
        answer();
        return memory.index.owners();
    }

    @Override
    public synchronized void launch(Launch launch) {
        memory.launches.accept(launch);
    }

    @Override
    public synchronized void remove(Removal removal) {
        memory.lifecycle.remove(removal);
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public Optional<Capacity> capacity() {
        return Optional.of(capacity);
    }

    @Override
    public Optional<Reporting> reporting() {
        return Optional.of(announcements);
    }

    @Override
    public Optional<Measuring> measuring() {
        return Optional.of(measurements);
    }

    @Override
    public Optional<WriteAudit> writeAudit() {
        return Optional.of(audits);
    }

    @Override
    public Optional<BusyWatch> busyWatch() {
        return Optional.of(this::watchBusy);
    }

    private synchronized void watchBusy(OwnerId owner, Optional<Probe> probe) {
        memory.probes.watchBusy(owner, probe);
    }

    @Override
    public Optional<RecentTerminations> terminations() {
        return Optional.of(memory.terminations);
    }

    @Override
    public Optional<Holding> holding() {
        return Optional.of(measurements.holding(this::hold, this::resume));
    }

    private synchronized void hold(ReplicaId id) {
        memory.launches.hold(id);
    }

    private synchronized void resume(ReplicaId id) {
        memory.launches.resume(id);
    }

    @Override
    public Optional<Drains> drains() {
        return Optional.of(this::drainBefore);
    }

    private synchronized void drainBefore(Function<ReplicaId, CompletionStage<Duration>> wait) {
        drain = wait;
        memory.stops.before(wait);
    }

    private void answer() {
        if (!available || latency.faults().silence(clock.elapsed()).isPresent()) {
            throw new RuntimeUnavailable("the simulated engine does not answer", null);
        }
    }

    /**
     * The work of a simulated engine.
     *
     * @param calls number of calls that were made to it
     * @param mostAtOnce most calls that were under way at once
     * @param mostWaiting most calls that waited at once
     */
    public record EngineWork(long calls, int mostAtOnce, int mostWaiting) {}

    /** Failures of a simulation. */
    public interface Faults {
        /** No failures. */
        Faults NONE = launch -> Optional.empty();

        /** The failure of this launch; empty if it succeeds. */
        Optional<Fault> of(Launch launch);

        /**
         * @param withContainer true: the container is created but can't be started; false: it can't be created
         * @param failure the reason, in the engine's words
         */
        record Fault(boolean withContainer, Failure failure) {}
    }
}
