package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Signals;
import dev.mayfly.runtime.support.Step.Action;
import java.util.Optional;

/** Carries out launches on the simulated engine. */
final class SimulatedLaunches {
    private static final Exit CRASHED = Signals.exit(1);

    private final SimulatedContainers containers;
    private final SimulatedClock clock;
    private final Latency latency;
    private final Lifecycle lifecycle;
    private final SimulatedProbes probes;
    private final SimulatedQueue queue;
    private final Faults faults;

    /** @param faults asked at each creation and at each start, beside the configured ones */
    SimulatedLaunches(
            SimulatedContainers containers,
            SimulatedClock clock,
            Latency latency,
            Lifecycle lifecycle,
            SimulatedProbes probes,
            SimulatedQueue queue,
            Faults faults) {
        this.queue = queue;
        this.containers = containers;
        this.clock = clock;
        this.latency = latency;
        this.lifecycle = lifecycle;
        this.probes = probes;
        this.faults = faults;
    }

    void accept(Launch launch) {
        lifecycle.launch(launch, launch.releases() ? this::release : this::carryOut);
    }

    void hold(ReplicaId id) {
        lifecycle.holds().hold(id, containers::hold);
    }

    void resume(ReplicaId id) {
        lifecycle
                .holds()
                .resume(
                        id,
                        container -> lifecycle.apply(
                                id, new Fact.ChangedOutside(container, Optional.empty(), clock.instant())));
    }

    private boolean release(Launch launch) {
        lifecycle.container(launch.id()).ifPresent(container -> {
            containers.release(container);
            proceed(launch, container);
        });
        return true;
    }

    /** The container of a launch that nobody waits for: it runs at once, whatever is configured to fail. */
    void running(Launch launch) {
        if (lifecycle.accept(launch) && lifecycle.begin(launch)) {
            var container = containers.create(launch);
            lifecycle.created(launch.id(), container.name(), container.stopping());
            started(launch, container.name());
        }
    }

    private boolean carryOut(Launch launch) {
        var wait = containers.awaitImage(launch.template().image().reference());
        if (wait.isPositive()) {
            clock.after(wait, () -> create(launch));
            return true;
        }
        return create(launch);
    }

    private boolean create(Launch launch) {
        var id = launch.id();
        var before = lifecycle.container(id).map(containers::get);
        var fault = faults.of(launch).filter(wrong -> !wrong.withContainer() && before.isEmpty());
        if (fault.isPresent()) {
            refused(id, fault.get());
            return true;
        }
        var container = before.orElseGet(() -> containers.create(launch));
        if (!lifecycle.created(id, container.name(), container.stopping())) {
            return true; // removal was requested meanwhile
        }
        if (launch.starts(clock.instant())) {
            queue.longer(latency.start(), () -> start(launch, container.name()));
        } else {
            var gated = container.replica().health().gated();
            lifecycle.apply(id, new Fact.Waits(gated, container.replica().image(), clock.instant()));
        }
        return true;
    }

    private void start(Launch launch, String container) {
        var id = launch.id();
        var fault = faults.of(launch)
                .filter(Fault::withContainer)
                .or(() -> latency.faults().start(id, launch.revision()));
        if (fault.isPresent()) {
            containers.fail(container, fault.get().failure());
            refused(id, fault.get());
            return;
        }
        started(launch, container);
    }

    private void started(Launch launch, String container) {
        containers.start(container);
        proceed(launch, container);
    }

    private void proceed(Launch launch, String container) {
        var id = launch.id();
        var requested = launch.template().probes();
        var started = lifecycle.apply(id, new Fact.Started(requested.gate(), clock.instant()));
        started.known().replica().ifPresent(known -> containers.share(container, known));
        if (started.asks(Action.Probe.class)) {
            probes.started(id, requested);
        }
        latency.faults()
                .crash(id, launch.revision())
                .ifPresent(later -> clock.after(later, () -> containers.end(container, CRASHED)));
    }

    private void refused(ReplicaId id, Fault fault) {
        lifecycle.apply(id, new Fact.Refused(fault.failure(), false, Optional.empty(), clock.instant()));
    }
}
