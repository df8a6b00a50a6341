package dev.mayfly.probe;

import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.probe.Health.ProbeKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs the probes of replicas. One thread does all of it; only commands and TLS handshakes run on other threads. */
public final class Prober implements AutoCloseable {
    private final ProbeConnections connections = new ProbeConnections();
    private final NetworkProbes wire = new NetworkProbes(connections);
    private final Commands commands;
    private final Reports reports;
    private final InstantSource clock;
    /** Rounds of busy probes by replica. Confined to the event loop's thread. */
    private final Map<ReplicaId, BusyProbe> busy = new HashMap<>();

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
        var probed = new ProbedReplica(this, target, health);
        wire.execute(probed::begin);
        return probed.first();
    }

    /** Runs a replica's busy probe from now on until it is gone. Calling it again with the same one has no effect. */
    public void watchBusy(Target target, Probe probe) {
        wire.execute(() -> {
            var before = busy.get(target.id());
            if (before == null || !before.asks(target, probe)) {
                var round = new BusyProbe(this, target, probe);
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
    boolean isCurrent(BusyProbe round) {
        return busy.get(round.id()) == round;
    }

    void ended(BusyProbe round) {
        busy.remove(round.id(), round);
    }

    Question question(Target target, Probe probe) {
        return switch (probe.check()) {
            case Probe.Exec exec -> commands.question(target, exec.command(), probe.timeout());
            case Probe.HttpGet get ->
                addressed(target, () -> wire.http(target.id().owner(), target.address(), get, probe.timeout()));
            case Probe.TcpSocket tcp -> addressed(target, () -> wire.tcp(target.address(), tcp, probe.timeout()));
        };
    }

    private static Question addressed(Target target, Supplier<Question> question) {
        return target.address().isEmpty()
                ? then -> then.accept(Answer.failure("it has no IP address, so it can't be probed over the network"))
                : question.get();
    }

    Reports reports() {
        return reports;
    }

    InstantSource clock() {
        return clock;
    }

    NetworkProbes wire() {
        return wire;
    }

    /** The connections that network probes make. */
    public ProbeConnections connections() {
        return connections;
    }

    /** Stops all probes. */
    @Override
    public void close() {
        wire.close();
    }

    /** Runs commands in replicas. */
    @FunctionalInterface
    public interface Commands {

        /** A probe that runs the command and is answered by its exit code. */
        Question question(Target target, List<String> command, Duration timeout);
    }

    /** A probe of one replica that can be attempted repeatedly, by one caller at a time. */
    public interface Question {

        /**
         * Starts an attempt without blocking.
         *
         * @param then called once, on any thread, within the probe's timeout or shortly after
         */
        void ask(Consumer<Answer> then);
    }

    /**
     * The prober's view of its replicas, and the receiver of its results. Called on the event loop's thread: must not
     * block.
     */
    public interface Reports {

        /** Whether a replica can be probed. */
        enum Presence {
            RUNS,
            /** Not known at present: the replica is not probed until it is. */
            UNKNOWN,
            /**
             * The replica does not run, is being removed, or has another container: it is not probed any more. After a scale
             * to 0 and back a slot has the same attempt again.
             */
            GONE
        }

        Presence presence(Target target);

        /**
         * Receives the first verdict and each change of it.
         *
         * @param answer the latest answer, which led to the verdict
         * @param since start of the period to which the verdict applies
         */
        void verdict(Target target, Health health, Answer answer, Instant since);

        /** Receives an answer that users should see: every one except a plain success. */
        void notable(ReplicaId id, ProbeKind kind, Answer answer);

        /** Receives the result of the busy probe. @param asOf start of the attempt */
        void busy(Target target, boolean busy, Instant asOf);

        /** The busy probe of this replica was stopped: its last result is out of date. */
        void busyUnknown(ReplicaId id);
    }

    /**
     * A running replica as its probes need to know it.
     *
     * @param container the runtime's name for it
     * @param address its own IP address; empty if it has none or no probe needs one
     * @param startedAt start of its PID 1
     * @param found true if it was already running when this process first saw it
     */
    public record Target(ReplicaId id, String container, String address, Instant startedAt, boolean found) {}
}
