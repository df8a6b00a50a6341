package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Replica;
import dev.mayfly.runtime.simulated.SimulatedContainers.Container;
import dev.mayfly.runtime.simulated.SimulatedProbes.ProbeAnswers;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults;
import dev.mayfly.runtime.support.Announcements;
import dev.mayfly.runtime.support.GracefulStops;
import dev.mayfly.runtime.support.Lifecycle;
import dev.mayfly.runtime.support.Measurements;
import dev.mayfly.runtime.support.ReplicaHealth;
import dev.mayfly.runtime.support.ReplicaIndex;
import dev.mayfly.runtime.support.Step.Action;
import dev.mayfly.runtime.support.TerminationHistory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Everything that the operator knows of the simulated engine, and loses in a crash. */
final class SimulatedMemory {
    private static final Duration RESYNC = Duration.ofMinutes(10);

    private final SimulatedContainers containers;
    private final SimulatedClock clock;
    final TerminationHistory terminations = new TerminationHistory();
    final ReplicaIndex index = new ReplicaIndex(terminations);
    final GracefulStops stops;
    final Lifecycle lifecycle;
    final SimulatedProbes probes;
    final SimulatedLaunches launches;
    final SimulatedQueue queue;

    /** @param places most calls to the engine at once; 0: no limit */
    SimulatedMemory(
            SimulatedContainers containers,
            SimulatedClock clock,
            Latency latency,
            Announcements announcements,
            Measurements measurements,
            ProbeAnswers answers,
            int places,
            Faults faults) {
        this.containers = containers;
        this.clock = clock;
        queue = new SimulatedQueue(clock, latency::call, places, latency.faults()::silence);
        stops = new GracefulStops(containers, clock, announcements);
        lifecycle = new Lifecycle(index, containers, queue, stops, announcements, clock, clock, measurements);
        var health = new ReplicaHealth(index, () -> true, announcements, UnaryOperator.identity());
        probes = new SimulatedProbes(answers, index, health, clock, latency);
        launches = new SimulatedLaunches(containers, clock, latency, lifecycle, probes, queue, faults);
        resync();
    }

    /** Nothing was missed, but what was removed long ago can be forgotten. */
    private void resync() {
        lifecycle.synced();
        clock.after(RESYNC, this::resync);
    }

    /**
     * A container is found after a crash. Audits and probes find again at once what they knew of it before.
     *
     * @param before the replica before the crash
     */
    void found(Container container, Optional<Replica> before) {
        var inspected = container.replica();
        var replica = before.filter(known -> known.phase() == inspected.phase() && known.warm() == inspected.warm())
                .map(known -> known.withHealth(health -> health.withBusy(Optional.empty())))
                .orElseGet(
                        () -> inspected.withWrites(before.map(Replica::writes).orElse(inspected.writes())));
        if (lifecycle
                .apply(replica.id(), containers.inspected(container, replica))
                .asks(Action.Probe.class)) {
            probes.found(replica.id(), container.probes());
        }
    }
}
