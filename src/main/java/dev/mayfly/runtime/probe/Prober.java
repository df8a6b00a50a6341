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

/** Asks replicas what their probes ask. One thread does all of it; only commands run elsewhere. */
public final class Prober implements AutoCloseable {
    private final Wire wire = new Wire();
    private final Commands commands;
    private final Reports reports;
    private final InstantSource clock;
    /** Those that are asked whether they are busy. Only the loop's thread touches it. */
    private final Map<ReplicaId, BusyRound> busy = new HashMap<>();

    public Prober(Commands commands, Reports reports, InstantSource clock) {
        this.commands = commands;
        this.reports = reports;
        this.clock = clock;
    }

    /**
     * Asks a replica from now on, until it is gone. To be called once for each.
     *
     * @return done once there is a first verdict, or none is to be expected
     */
    public CompletableFuture<Void> watch(Target target, Probes probes) {
        var age = Duration.between(target.startedAt(), clock.instant());
        var health = target.found() ? Health.resume(probes, age) : Health.begin(probes);
        var patient = new Patient(this, target, health);
        wire.soon(patient::begin);
        return patient.first();
    }

    /** Asks a replica from now on whether it is busy, until it is gone. The same probe again changes nothing. */
    public void watchBusy(Target target, Probe probe) {
        wire.soon(() -> {
            var before = busy.get(target.id());
            if (before == null || !before.asks(probe)) {
                var round = new BusyRound(this, target, probe);
                busy.put(target.id(), round);
                round.begin();
            }
        });
    }

    /** Asks it no more whether it is busy. */
    public void ignoreBusy(ReplicaId id) {
        wire.soon(() -> {
            busy.remove(id);
            reports.busyUnknown(id);
        });
    }

    /** Whether this is the latest round of its replica. */
    boolean current(BusyRound round) {
        return busy.get(round.id()) == round;
    }

    void over(BusyRound round) {
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

    /** Nobody is asked any more. */
    @Override
    public void close() {
        wire.close();
    }
}
