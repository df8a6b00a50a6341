package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.support.Fact;
import dev.mayfly.runtime.support.GracefulStops.Signalling;
import dev.mayfly.runtime.support.Lifecycle.Containers;
import dev.mayfly.runtime.support.Signals;
import dev.mayfly.runtime.support.Stopping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** The containers of the simulated engine. A crash of the operator leaves them as they are. */
final class SimulatedContainers implements Containers, Signalling {
    private static final String SIGNAL = "SIGTERM";
    private static final Exit OBEYED = Signals.exit(143);

    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final SimulatedClock clock;
    private final Latency latency;
    private final BiConsumer<ReplicaId, Fact> events;
    private int created;

    /** @param replica as an inspection shows it */
    record Container(String name, Replica replica, Stopping stopping, Probes probes) {
        Container with(Replica changed) {
            return new Container(name, changed, stopping, probes);
        }
    }

    /** @param events receives the facts that the engine reports without being asked */
    SimulatedContainers(SimulatedClock clock, Latency latency, BiConsumer<ReplicaId, Fact> events) {
        this.clock = clock;
        this.latency = latency;
        this.events = events;
    }

    List<Container> all() {
        return List.copyOf(containers.values());
    }

    Container create(Launch launch) {
        var now = clock.instant();
        var template = launch.template();
        var container = new Container(
                "c" + created++,
                launch.pending(now).in(Phase.CREATED, now),
                Stopping.of(template, SIGNAL),
                template.probes());
        containers.put(container.name(), container);
        return container;
    }

    Container get(String container) {
        return containers.get(container);
    }

    void start(String container) {
        change(container, replica -> replica.in(Phase.RUNNING, clock.instant()));
    }

    /** The container can't be started and never will be. */
    void fail(String container, Failure why) {
        change(container, replica -> replica.failed(Phase.ENDED, clock.instant(), why));
    }

    /** PID 1 ends, which the engine reports. */
    void end(String container, Exit exit) {
        var why = new Failure(exit.code() == 0 ? "Completed" : "Error", "ended with exit code " + Signals.text(exit));
        running(container).ifPresent(replica -> {
            events.accept(replica.id(), new Fact.Died(container, exit, clock.instant()));
            change(
                    container,
                    ended -> ended.failed(Phase.ENDED, clock.instant(), why)
                            .withOutcome(outcome -> outcome.withExit(Optional.of(exit))));
            inspect(container);
        });
    }

    /** The engine restarts: everything that runs ends with it. How it ended is not known. */
    void restart() {
        var why = new Failure("Error", "ended with the engine");
        containers.keySet().stream()
                .filter(container -> running(container).isPresent())
                .toList()
                .forEach(container -> {
                    change(
                            container,
                            replica -> replica.failed(Phase.ENDED, clock.instant(), why)
                                    .withOutcome(outcome -> outcome.withExcused(true)));
                    inspect(container);
                });
    }

    /** Another client removes the container by force. */
    void vanish(String container) {
        var gone = containers.remove(container);
        if (gone != null) { // otherwise it was removed before, while its removal was under way
            events.accept(gone.replica().id(), new Fact.Absent(container, clock.instant()));
        }
    }

    private Optional<Replica> running(String container) {
        return Optional.ofNullable(containers.get(container))
                .map(Container::replica)
                .filter(replica -> replica.phase() == Phase.RUNNING);
    }

    private void change(String container, UnaryOperator<Replica> change) {
        containers.computeIfPresent(container, (name, before) -> before.with(change.apply(before.replica())));
    }

    Fact inspected(Container found, Replica as) {
        return new Fact.Inspected(found.name(), as, found.stopping(), List.of(), clock.instant());
    }

    @Override
    public void inspect(String container) {
        var found = containers.get(container);
        if (found != null) {
            events.accept(found.replica().id(), inspected(found, found.replica()));
        }
    }

    @Override
    public List<String> remove(ReplicaId id, String container) {
        containers.remove(container);
        return List.of();
    }

    /** PID 1 obeys every signal, after a while. */
    @Override
    public boolean signal(String container, String signal) {
        if (running(container).isEmpty()) {
            return false;
        }
        clock.after(latency.stop(), () -> end(container, OBEYED));
        return true;
    }

    @Override
    public String prepare(String container, List<String> command) {
        return container + " " + String.join(" ", command);
    }

    /** Simulated commands succeed at once. */
    @Override
    public void run(String command) {}

    @Override
    public OptionalInt exitCode(String command) {
        return OptionalInt.of(0);
    }
}
