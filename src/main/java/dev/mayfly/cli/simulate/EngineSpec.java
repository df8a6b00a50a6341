package dev.mayfly.cli.simulate;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.simulated.Distribution;
import dev.mayfly.runtime.simulated.SimulationSettings;
import dev.mayfly.runtime.simulated.SimulationSettings.FaultRates;
import dev.mayfly.runtime.simulated.SimulationSettings.Outage;
import dev.mayfly.runtime.simulated.SimulationSettings.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a simulated engine behaves, as a scenario says it; null: the default.
 *
 * @param seed of all that is random. Default 1
 * @param concurrency most calls at once, 0: no limit. Default 8, as the operator makes them
 */
public record EngineSpec(Long seed, Integer concurrency, TimesSpec times, FaultsSpec faults) {
    public static final EngineSpec DEFAULT = new EngineSpec(null, null, null, null);

    private static final int CONCURRENCY = 8;
    private static final int MOST_CONCURRENCY = 100_000;
    /** A machine without bounds: a simulation asks about time, not about memory. */
    private static final Requests SIZE = new Requests(1L << 40, 1L << 50);

    /** How long the engine's work takes; null: as a small Docker Engine. */
    record TimesSpec(
            Distribution create,
            Distribution remove,
            Distribution start,
            Distribution ready,
            Distribution stop,
            Distribution pull) {
        private static final TimesSpec NONE = new TimesSpec(null, null, null, null, null, null);

        private Times read() {
            return new Times(
                    requireNonNullElse(create, logNormal(20, 100)),
                    requireNonNullElse(remove, logNormal(40, 200)),
                    requireNonNullElse(start, logNormal(150, 600)),
                    requireNonNullElse(ready, logNormal(500, 3000)),
                    requireNonNullElse(stop, logNormal(100, 2000)),
                    requireNonNullElse(pull, Distribution.fixed(Duration.ZERO)));
        }

        private static Distribution logNormal(long median, long p99) {
            return Distribution.logNormal(Duration.ofMillis(median), Duration.ofMillis(p99));
        }
    }

    /**
     * The faults; null: none.
     *
     * @param onlyChanged true: only replicas of the changed template fail, hang and crash
     */
    record FaultsSpec(
            Share failingStarts,
            Share hanging,
            Double crashesPerHour,
            Share lostEvents,
            Duration resyncInterval,
            List<OutageSpec> outages,
            Boolean onlyChanged) {
        private static final FaultsSpec NONE = new FaultsSpec(null, null, null, null, null, null, null);

        private FaultRates read() {
            return new FaultRates(
                    requireNonNullElse(failingStarts, Share.NONE).value(),
                    requireNonNullElse(hanging, Share.NONE).value(),
                    requireNonNullElse(crashesPerHour, 0.0),
                    requireNonNullElse(lostEvents, Share.NONE).value(),
                    requireNonNullElse(resyncInterval, Duration.ofSeconds(30)),
                    requireNonNullElse(outages, List.<OutageSpec>of()).stream()
                            .map(OutageSpec::read)
                            .toList(),
                    Boolean.TRUE.equals(onlyChanged) ? Optional.of(Scenario.CHANGED) : Optional.empty());
        }
    }

    /** @param endsReplicas true: all replicas end with the engine; default false */
    record OutageSpec(Duration after, Duration lasting, Boolean endsReplicas) {
        OutageSpec {
            require(after != null && lasting != null, "an outage needs after and lasting, such as 1m and 30s");
        }

        private Outage read() {
            return new Outage(after, lasting, Boolean.TRUE.equals(endsReplicas));
        }
    }

    public EngineSpec {
        require(
                concurrency == null || concurrency >= 0 && concurrency <= MOST_CONCURRENCY,
                "concurrency is 0 (no limit) to " + MOST_CONCURRENCY);
        require(
                faults == null || faults.crashesPerHour() == null || faults.crashesPerHour() >= 0,
                "crashesPerHour is 0 or more");
        require(
                faults == null
                        || faults.resyncInterval() == null
                        || faults.resyncInterval().isPositive(),
                "resyncInterval is more than 0");
    }

    /** @param start the time of the engine's clock at the beginning */
    public SimulationSettings settings(Instant start) {
        return new SimulationSettings(
                requireNonNullElse(seed, 1L),
                start,
                SIZE,
                requireNonNullElse(concurrency, CONCURRENCY),
                requireNonNullElse(times, TimesSpec.NONE).read(),
                requireNonNullElse(faults, FaultsSpec.NONE).read());
    }

    private static void require(boolean valid, String otherwise) {
        if (!valid) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** A share of all, written as {@code 1%} or {@code 0.01}. @param value 0 … 1 */
    record Share(double value) {
        private static final Share NONE = new Share(0);

        Share {
            require(value >= 0 && value <= 1, "a share is 0% to 100%");
        }
    }
}
