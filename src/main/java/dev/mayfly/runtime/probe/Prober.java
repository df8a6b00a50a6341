package dev.mayfly.runtime.probe;

import dev.mayfly.model.Probe;
import dev.mayfly.model.Probes;
import dev.mayfly.model.ReplicaId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs the probes of replicas. One thread does all of it; only commands run on other threads. */
public final class Prober implements AutoCloseable {
    private final Wire wire = new Wire();
    private final Commands commands;
    private final Reports reports;
    private final InstantSource clock;
    /** Rounds of busy probes by replica. Confined to the event loop's thread. */
    private final Map<ReplicaId, BusyRound> busy = new HashMap<>();

    public Prober(Commands commands, Reports reports, InstantSource clock) {
        this.commands = commands;
        this.reports = reports;
        this.clock = clock;
    }

    /**
     * Probes a replica from now on until it is gone. To be called once for each replica.
     *
     * @return completed with the first verdict, or when none is to be expected
     */
    public CompletableFuture<Void> watch(Target target, Probes probes) {
        var age = Duration.between(target.startedAt(), clock.instant());
        var health = target.found() ? Health.resume(probes, age) : Health.begin(probes);
        var patient = new Patient(this, target, health);
        wire.execute(patient::begin);
        return patient.first();
    }

    /** Runs a replica's busy probe from now on until it is gone. Calling it again with the same probe has no effect. */
    public void watchBusy(Target target, Probe probe) {
        wire.execute(() -> {
            var before = busy.get(target.id());
            if (before == null || !before.asks(probe)) {
                var round = new BusyRound(this, target, probe);
                busy.put(target.id(), round);
                round.begin();
            }
        });
    }

    /** Stops the busy probe of a replica. */
    public void ignoreBusy(ReplicaId id) {
        wire.execute(() -> {
            busy.remove(id);
            reports.busyUnknown(id);
        });
    }

    /** Whether this is the latest round of its replica. */
    boolean isCurrent(BusyRound round) {
        return busy.get(round.id()) == round;
    }

    void ended(BusyRound round) {
        busy.remove(round.id(), round);
    }

    Question question(Target target, Probe probe) {
        return switch (probe.check()) {
            case Probe.Exec exec -> commands.question(target, exec.command(), probe.timeout());
            case Probe.HttpGet get -> addressed(target, () -> wire.http(target.address(), get, probe.timeout()));
            case Probe.TcpSocket tcp -> addressed(target, () -> wire.tcp(target.address(), tcp, probe.timeout()));
        };
    }

    private static Question addressed(Target target, Supplier<Question> question) {
        return target.address().isEmpty()
                ? then -> then.accept(Answer.failure("it has no IP address, so nothing can be asked over the network"))
                : question.get();
    }

    Reports reports() {
        return reports;
    }

    InstantSource clock() {
        return clock;
    }

    Wire wire() {
        return wire;
    }

    /** Stops all probes. */
    @Override
    public void close() {
        wire.close();
    }
}
