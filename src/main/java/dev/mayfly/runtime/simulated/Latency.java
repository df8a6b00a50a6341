package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.runtime.simulated.SimulationSettings.Times;
import java.time.Duration;
import java.util.Random;

/** Durations of the simulated engine's work, and its faults, drawn from one seed, so that a run can be repeated. */
final class Latency {
    private final Random random;
    private final Times times;
    private final FaultInjection faults;

    Latency(SimulationSettings settings) {
        random = new Random(settings.seed());
        times = settings.times();
        faults = new FaultInjection(settings.seed(), settings.faults());
    }

    /** The faults. */
    FaultInjection faults() {
        return faults;
    }

    /** A call that removes, creates or releases a container; the last two take as long. */
    Duration call(Priority priority) {
        return priority == Priority.REMOVE
                ? times.remove().draw(random)
                : times.create().draw(random);
    }

    /** Start of PID 1 in a created container. */
    Duration start() {
        return times.start().draw(random);
    }

    /** Time until the first probe of a running replica succeeds. */
    Duration ready() {
        return times.ready().draw(random);
    }

    /** Time until PID 1 obeys the stop signal. */
    Duration stop() {
        return times.stop().draw(random);
    }

    /** Time until an image is there. */
    Duration pull() {
        return times.pull().draw(random);
    }
}
