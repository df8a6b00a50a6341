package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Samples;
import dev.mayfly.runtime.simulated.SimulationSettings.FaultRates;
import dev.mayfly.runtime.simulated.SimulationSettings.Outage;
import java.time.Duration;
import java.util.List;

/**
 * A simulated engine has no connections that could break: it does not answer for a while, an hour after its start at
 * {@link Samples#NOON}, and what happens meanwhile shows late.
 */
final class Silence {
    private static final Outage OUTAGE = new Outage(Duration.ofHours(1), Duration.ofSeconds(30), false);

    private Silence() {}

    /** These faults, and the silence. */
    static FaultRates in(FaultRates faults) {
        return faults.withOutages(List.of(OUTAGE));
    }

    static void during(SimulatedRuntime engine, Runnable meanwhile) {
        advance(engine, OUTAGE.after());
        meanwhile.run();
        advance(engine, OUTAGE.end());
    }

    private static void advance(SimulatedRuntime engine, Duration sinceStart) {
        var left = Duration.between(engine.now(), Samples.NOON.plus(sinceStart));
        if (left.isPositive()) {
            engine.advance(left);
        }
    }
}
