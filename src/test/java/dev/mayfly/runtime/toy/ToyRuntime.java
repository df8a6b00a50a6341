package dev.mayfly.runtime.toy;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.fair.FairExecutor;
import dev.mayfly.probe.Answer;
import dev.mayfly.probe.Prober.Commands;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.Governor;
import dev.mayfly.runtime.support.GracefulStops;
import dev.mayfly.runtime.support.HealthWatch;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.ReplicaHealth;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.Signals;
import dev.mayfly.runtime.support.Step.Action;
import dev.mayfly.runtime.support.Stopping;
import dev.mayfly.runtime.support.TerminationHistory;
import dev.mayfly.runtime.support.Timers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A runtime whose containers are entries of a map. */
final class ToyRuntime implements ContainerRuntime, Containers, AutoCloseable {
    final Map<String, Replica> containers = new ConcurrentHashMap<>();
    private final InstantSource clock = InstantSource.system();
    private final TerminationHistory terminations = new TerminationHistory();
    final ReplicaIndex index = new ReplicaIndex(terminations);
    private final Governor queue = new Governor(4);
    private final FairExecutor threads = new FairExecutor("toy", 1);
    private final Lifecycle lifecycle;
    private final HealthWatch health;

    ToyRuntime() {
        var timers = Timers.of(threads);
        var announcements = new Announcements();
        var stops = new GracefulStops((container, signal) -> end(container, 143), timers, announcements);
        lifecycle = new Lifecycle(index, this, queue, stops, announcements, timers, clock);
        var reports = new ReplicaHealth(index, () -> true, announcements, answer -> answer);
        Commands commands = (target, command, timeout) ->
                answer -> answer.accept(command.equals(List.of("true")) ? Answer.SUCCESS : Answer.failure("no"));
        health = new HealthWatch(container -> Optional.empty(), commands, index, reports, true, clock);
    }

    @Override
    public Observed observe(OwnerId owner, Instant now) {
        return index.observe(owner, now);
    }

    @Override
    public Set<OwnerId> owners() {
        return index.owners();
    }

    @Override
    public AutoCloseable watch(Consumer<OwnerId> changed) {
        return index.watch(changed);
    }

    @Override
    public void launch(Launch launch) {
        lifecycle.launch(launch, this::carryOut);
    }

    private boolean carryOut(Launch launch) {
        var id = launch.id();
        var now = clock.instant();
        var container = index.container(id).orElse(id.replica() + "-" + System.nanoTime());
        containers.putIfAbsent(container, launch.pending(now).in(Phase.CREATED, now));
        if (!lifecycle.created(id, container, Stopping.of(launch.template(), "SIGTERM"))) {
            return true; // its removal was requested meanwhile
        }
        var gated = launch.template().probes().gate();
        var due = launch.starts(now);
        containers.computeIfPresent(container, (name, made) -> due ? made.in(Phase.RUNNING, now) : made);
        var answer = due ? new Fact.Started(gated, now) : new Fact.Waits(gated, "", now);
        if (lifecycle.apply(id, answer).asks(Action.Probe.class)) {
            health.started(id, launch.template().probes(), false);
        }
        return true;
    }

    @Override
    public void remove(Removal removal) {
        lifecycle.remove(removal);
    }

    @Override
    public List<String> remove(ReplicaId id, String container) {
        containers.remove(container);
        return List.of(); // its writes are not known
    }

    @Override
    public void inspect(String container) {
        var found = containers.get(container);
        lifecycle.apply(
                container,
                found == null
                        ? new Fact.Absent(container, clock.instant())
                        : new Fact.Inspected(container, found, Stopping.DEFAULT, List.of(), clock.instant()));
    }

    /** PID 1 of the container ends. False if it does not run. */
    boolean end(String container, int code) {
        var exit = Signals.exit(code);
        var running = Optional.ofNullable(containers.get(container)).filter(there -> there.phase() == Phase.RUNNING);
        running.ifPresent(replica -> {
            var ended = replica.failed(Phase.ENDED, clock.instant(), new Failure("Error", "exit code " + code));
            containers.put(container, ended.withOutcome(outcome -> outcome.withExit(Optional.of(exit))));
            lifecycle.apply(container, new Fact.Died(container, exit, clock.instant()));
            inspect(container);
        });
        return running.isPresent();
    }

    @Override
    public Optional<BusyWatch> busyWatch() {
        return Optional.of(health);
    }

    @Override
    public Optional<RecentTerminations> terminations() {
        return Optional.of(terminations);
    }

    @Override
    public void close() {
        health.close();
        queue.close();
        threads.close();
    }
}
