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
import java.time.Duration;
import java.util.HashMap;
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
    /** When the image is there, since the start of the simulation, by reference. */
    private final Map<String, Duration> images = new HashMap<>();

    private Stopping latest = Stopping.DEFAULT;
    private int created;
    private int running;

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

    /** Number of containers that run, whether or not the operator knows. */
    int running() {
        return running;
    }

    List<Container> all() {
        return List.copyOf(containers.values());
    }

    Container create(Launch launch) {
        var now = clock.instant();
        var template = launch.template();
        var stopping = Stopping.of(template, SIGNAL);
        latest = stopping.equals(latest) ? latest : stopping; // a million containers share it
        var container =
                new Container("c" + created++, launch.pending(now).in(Phase.CREATED, now), latest, template.probes());
        containers.put(container.name(), container);
        return container;
    }

    Container get(String container) {
        return containers.get(container);
    }

    void start(String container) {
        change(container, replica -> replica.in(Phase.RUNNING, clock.instant()));
    }

    /** Keeps the known replica in place of an equal one: each takes memory, and there may be a million. */
    void share(String container, Replica known) {
        change(container, replica -> replica.equals(known) ? known : replica);
    }

    /** How long until the image is there; the first who asks begins its pull. */
    Duration awaitImage(String reference) {
        var now = clock.elapsed();
        return images.computeIfAbsent(reference, missing -> now.plus(latency.pull()))
                .minus(now);
    }

    /** Does nothing to one that has ended. */
    void hold(String container) {
        changeAlive(container, replica -> replica.in(Phase.HELD, clock.instant()));
    }

    /** Does nothing to one that has ended. */
    void release(String container) {
        changeAlive(
                container,
                replica -> replica.withHealth(health -> health.withWarm(false)).in(Phase.RUNNING, clock.instant()));
    }

    /** The container can't be started and never will be. */
    void fail(String container, Failure why) {
        change(container, replica -> replica.failed(Phase.ENDED, clock.instant(), why));
    }

    /** PID 1 ends, which the engine reports. */
    void end(String container, Exit exit) {
        end(container, exit, Optional.empty());
    }

    /** @param described how long after the report the engine says how it ended; empty: at once */
    void end(String container, Exit exit, Optional<Duration> described) {
        var why = new Failure(exit.code() == 0 ? "Completed" : "Error", "ended with exit code " + Signals.text(exit));
        alive(container).ifPresent(replica -> {
            var late = unreported(replica.id());
            if (late.isEmpty()) {
                events.accept(replica.id(), new Fact.Died(container, exit, clock.instant()));
            }
            change(
                    container,
                    ended -> ended.failed(Phase.ENDED, clock.instant(), why)
                            .withOutcome(outcome -> outcome.withExit(Optional.of(exit))));
            report(late.or(() -> described), () -> inspect(container));
        });
    }

    /** The engine restarts: everything that runs ends with it. How it ended is not known. */
    void restart() {
        var why = new Failure("Error", "ended with the engine");
        containers.keySet().stream()
                .filter(container -> alive(container).isPresent())
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
        var gone = discard(container);
        if (gone != null) { // otherwise it was removed before, while its removal was under way
            var id = gone.replica().id();
            report(unreported(id), () -> events.accept(id, new Fact.Absent(container, clock.instant())));
        }
    }

    /** How late a full list shows what no event reports: it was lost, or the engine is silent; empty: an event reports it. */
    private Optional<Duration> unreported(ReplicaId id) {
        return latency.faults()
                .silence(clock.elapsed())
                .or(() -> latency.faults().losesEvent(id, clock.elapsed()));
    }

    private void report(Optional<Duration> late, Runnable event) {
        late.ifPresentOrElse(wait -> clock.after(wait, event), event);
    }

    private Optional<Replica> running(String container) {
        return alive(container).filter(replica -> replica.phase() == Phase.RUNNING);
    }

    private Optional<Replica> alive(String container) {
        return Optional.ofNullable(containers.get(container))
                .map(Container::replica)
                .filter(replica -> replica.phase() == Phase.RUNNING || replica.phase() == Phase.HELD);
    }

    private void changeAlive(String container, UnaryOperator<Replica> change) {
        alive(container).ifPresent(alive -> change(container, change));
    }

    private void change(String container, UnaryOperator<Replica> change) {
        containers.computeIfPresent(container, (name, before) -> {
            var after = before.with(change.apply(before.replica()));
            running += runs(after) - runs(before);
            return after;
        });
    }

    /** @return null: there is none */
    private Container discard(String container) {
        var gone = containers.remove(container);
        running -= gone == null ? 0 : runs(gone);
        return gone;
    }

    private static int runs(Container container) {
        return container.replica().phase() == Phase.RUNNING ? 1 : 0;
    }

    Fact inspected(Container found, Replica as) {
        return new Fact.Inspected(found.name(), as, found.stopping(), List.of(), clock.instant());
    }

    @Override
    public void inspect(String container) {
        var silent = latency.faults().silence(clock.elapsed());
        var found = containers.get(container);
        if (silent.isPresent()) {
            clock.after(silent.get(), () -> inspect(container));
        } else if (found != null) {
            events.accept(found.replica().id(), inspected(found, found.replica()));
        }
    }

    @Override
    public List<String> remove(ReplicaId id, String container) {
        discard(container);
        return List.of();
    }

    /** PID 1 obeys every signal after a while, unless it hangs. */
    @Override
    public boolean signal(String container, String signal) {
        var signalled = running(container);
        signalled
                .filter(replica -> !latency.faults().hangs(replica.id(), replica.revision()))
                .ifPresent(replica -> clock.after(latency.stop(), () -> end(container, OBEYED)));
        return signalled.isPresent();
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
