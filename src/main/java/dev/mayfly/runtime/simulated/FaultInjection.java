package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import dev.mayfly.runtime.simulated.SimulationSettings.FaultRates;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;

/** Which replicas the configured faults hit: a function of the seed and the replica's slot and attempt. */
final class FaultInjection {
    private static final Fault NOT_STARTED =
            new Fault(true, new Failure("RunContainerError", "the simulated engine can't start the container"));
    private static final double SECONDS_PER_HOUR = 3600;

    private final long seed;
    private final FaultRates rates;

    /** Each kind of fault is drawn on its own. */
    private enum Kind {
        START,
        HANG,
        CRASH,
        EVENT
    }

    FaultInjection(long seed, FaultRates rates) {
        this.seed = seed;
        this.rates = rates;
    }

    /** Why the replica's container can't be started; empty: it can. */
    Optional<Fault> start(ReplicaId id, String revision) {
        return hits(Kind.START, id, revision, rates.failingStarts()) ? Optional.of(NOT_STARTED) : Optional.empty();
    }

    boolean hangs(ReplicaId id, String revision) {
        return hits(Kind.HANG, id, revision, rates.hanging());
    }

    /** How long the replica runs until it crashes; empty: it never does. */
    Optional<Duration> crash(ReplicaId id, String revision) {
        if (rates.crashesPerHour() == 0 || !rates.concerns(revision)) {
            return Optional.empty();
        }
        var hours = -Math.log(1 - drawn(Kind.CRASH, id)) / rates.crashesPerHour();
        return Optional.of(Duration.ofMillis((long) (hours * SECONDS_PER_HOUR * 1000)));
    }

    /** How much longer the engine is silent; empty: it answers. @param elapsed since the start of the simulation */
    Optional<Duration> silence(Duration elapsed) {
        return rates.outages().stream()
                .filter(outage -> outage.covers(elapsed))
                .map(outage -> outage.end().minus(elapsed))
                .max(Comparator.naturalOrder());
    }

    /** Time until the full list that shows what a lost event would have reported; empty: the event arrives. */
    Optional<Duration> losesEvent(ReplicaId id, Duration elapsed) {
        return rates.lostEvents() > 0 && drawn(Kind.EVENT, id) < rates.lostEvents()
                ? Optional.of(rates.resync()
                        .minusNanos(elapsed.toNanos() % rates.resync().toNanos()))
                : Optional.empty();
    }

    private boolean hits(Kind kind, ReplicaId id, String revision, double share) {
        return share > 0 && rates.concerns(revision) && drawn(kind, id) < share;
    }

    private double drawn(Kind kind, ReplicaId id) {
        var of = (seed * 31 + kind.ordinal()) * 0x9E3779B97F4A7C15L + ((long) id.slot() << 24) + id.attempt();
        return new SplittableRandom(of).nextDouble();
    }
}
