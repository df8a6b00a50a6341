package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Step.Action;
import java.util.Optional;

/** Carries out launches on the simulated engine. */
final class SimulatedLaunches {
    private final SimulatedContainers containers;
    private final SimulatedClock clock;
    private final Latency latency;
    private final Lifecycle lifecycle;
    private final SimulatedProbes probes;
    private final Faults faults;

    /** @param faults asked at each creation and at each start */
    SimulatedLaunches(
            SimulatedContainers containers,
            SimulatedClock clock,
            Latency latency,
            Lifecycle lifecycle,
            SimulatedProbes probes,
            Faults faults) {
        this.containers = containers;
        this.clock = clock;
        this.latency = latency;
        this.lifecycle = lifecycle;
        this.probes = probes;
        this.faults = faults;
    }

    void accept(Launch launch) {
        lifecycle.launch(launch, this::create);
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
            clock.after(latency.start(), () -> start(launch, container.name()));
        } else {
            var gated = container.replica().health().gated();
            lifecycle.apply(id, new Fact.Waits(gated, container.replica().image(), clock.instant()));
        }
        return true;
    }

    private void start(Launch launch, String container) {
        var id = launch.id();
        var fault = faults.of(launch).filter(Fault::withContainer);
        if (fault.isPresent()) {
            containers.fail(container, fault.get().failure());
            refused(id, fault.get());
            return;
        }
        containers.start(container);
        var requested = launch.template().probes();
        if (lifecycle
                .apply(id, new Fact.Started(requested.gate(), clock.instant()))
                .asks(Action.Probe.class)) {
            probes.started(id, requested);
        }
    }

    private void refused(ReplicaId id, Fault fault) {
        lifecycle.apply(id, new Fact.Refused(fault.failure(), false, Optional.empty(), clock.instant()));
    }
}
