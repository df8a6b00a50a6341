package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Template.Requests;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a simulated engine behaves. Everything that is random comes from the seed.
 *
 * @param start the time of its clock at the beginning
 * @param total resources of its machine
 * @param concurrency most calls that create, start or remove containers at once; 0: no limit
 * @param times how long its work takes
 * @param faults what goes wrong
 */
@RecordBuilder
public record SimulationSettings(
        long seed, Instant start, Requests total, int concurrency, Times times, FaultRates faults)
        implements SimulationSettingsBuilder.With {

    /** An engine without faults and without a limit on calls at once. */
    public static SimulationSettings of(long seed, Instant start, Requests total) {
        return new SimulationSettings(seed, start, total, 0, Times.DEFAULT, FaultRates.NONE);
    }

    public SimulationSettings withTimes(UnaryOperator<Times> change) {
        return withTimes(change.apply(times));
    }

    public SimulationSettings withFaults(UnaryOperator<FaultRates> change) {
        return withFaults(change.apply(faults));
    }

    /**
     * How long the engine's work takes.
     *
     * @param create a call that creates a container
     * @param remove a call that removes one
     * @param start a call that starts PID 1 of a created container
     * @param ready from the start until the first readiness probe succeeds
     * @param stop until PID 1 obeys its stop signal
     * @param pull until an image is there that no replica used yet; launches of it wait
     */
    @RecordBuilder
    public record Times(
            Distribution create,
            Distribution remove,
            Distribution start,
            Distribution ready,
            Distribution stop,
            Distribution pull)
            implements SimulationSettingsTimesBuilder.With {
        public static final Times DEFAULT = new Times(
                millis(4, 10), millis(10, 50), millis(100, 600), millis(50, 1000), millis(20, 2000), millis(0, 0));

        private static Distribution millis(long least, long most) {
            return Distribution.uniform(Duration.ofMillis(least), Duration.ofMillis(most));
        }
    }

    /**
     * Faults. Which attempts they hit depends on the seed, the slot and the attempt alone, so the same ones fail however
     * else two simulations differ.
     *
     * @param failingStarts share of containers that can't be started, 0 … 1
     * @param hanging share of replicas that hang from their start, 0 … 1: they never get ready if a probe decides it, and
     *     ignore their stop signal
     * @param crashesPerHour how often a running replica crashes on average, 0 or more
     * @param lostEvents share of the engine's events that never arrive, 0 … 1: the next full list of containers shows what
     *     they would have reported
     * @param resync interval of these lists
     * @param outages when the engine does not answer
     * @param only the revision whose replicas fail, hang and crash; empty: those of all
     */
    @RecordBuilder
    public record FaultRates(
            double failingStarts,
            double hanging,
            double crashesPerHour,
            double lostEvents,
            Duration resync,
            List<Outage> outages,
            Optional<String> only)
            implements SimulationSettingsFaultRatesBuilder.With {
        public static final FaultRates NONE =
                new FaultRates(0, 0, 0, 0, Duration.ofSeconds(30), List.of(), Optional.empty());

        boolean concerns(String revision) {
            return only.isEmpty() || only.get().equals(revision);
        }
    }

    /**
     * The engine does not answer for a while.
     *
     * @param after since the start of the simulation
     * @param endsReplicas true: all replicas end with it, as in a restart of the machine; false: they keep running
     */
    public record Outage(Duration after, Duration lasting, boolean endsReplicas) {
        Duration end() {
            return after.plus(lasting);
        }

        boolean covers(Duration elapsed) {
            return elapsed.compareTo(after) >= 0 && elapsed.compareTo(end()) < 0;
        }
    }
}
