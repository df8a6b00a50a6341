package dev.mayfly.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.simulated.SimulationSettings.FaultRates;
import dev.mayfly.runtime.simulated.SimulationSettings.Outage;
import dev.mayfly.runtime.simulated.SimulationSettings.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Faults that a simulated engine is configured to have. */
class SimulatedFaultsTest {
    private static final int MANY = 1000;

    /** The contract holds on a slow engine with one place for calls, which loses every event. */
    @Nested
    class Contract extends ContainerRuntimeContract {
        private final SimulatedRuntime slow = engine(settings -> settings.withConcurrency(1)
                .withTimes(times -> times.withStart(Distribution.logNormal(millis(300), millis(900)))
                        .withPull(Distribution.fixed(millis(700))))
                .withFaults(faults -> Silence.in(faults).withLostEvents(1).withResync(Duration.ofSeconds(1))));

        @Override
        protected ContainerRuntime runtime() {
            return slow;
        }

        @Override
        protected Template runsForEver() {
            return Samples.template("busybox");
        }

        @Override
        protected void kill(ReplicaId id) {
            slow.kill(id);
        }

        @Override
        protected void vanish(ReplicaId id) {
            slow.vanish(id);
        }

        @Override
        protected int runningContainers(OwnerId of) {
            return slow.runningContainers();
        }

        @Override
        protected void during(Trouble trouble, Runnable meanwhile) {
            Silence.during(slow, meanwhile);
        }

        @Override
        protected Instant now() {
            return slow.now();
        }

        @Override
        protected void tick() {
            slow.advance(millis(100));
        }
    }

    @Test
    void aShareOfTheStartsFails() {
        var engine = engine(settings -> settings.withFaults(faults -> faults.withFailingStarts(0.1)));

        launch(engine, MANY);
        engine.advance(Duration.ofSeconds(2));

        assertThat(observed(engine).count(Phase.ENDED)).isBetween(70, 130);
        assertThat(observed(engine).count(Phase.RUNNING) + observed(engine).count(Phase.ENDED))
                .isEqualTo(MANY);
    }

    @Test
    void theSameAttemptsFailHoweverTheRestDiffers() {
        UnaryOperator<SimulationSettings> failing = s -> s.withFaults(faults -> faults.withFailingStarts(0.1));
        var one = engine(failing);
        var other = engine(settings -> failing.apply(settings).withConcurrency(3));
        launch(one, 100);
        launch(other, 100);
        one.advance(Duration.ofMinutes(1));
        other.advance(Duration.ofMinutes(1));

        assertThat(ended(one)).isNotEmpty().isEqualTo(ended(other));
    }

    @Test
    void oneThatHangsIsKilledAfterItsGrace() {
        var engine = engine(settings -> settings.withFaults(faults -> faults.withHanging(1)));
        launch(engine, 1);
        engine.advance(Duration.ofSeconds(1));

        engine.remove(new Removal(Samples.id(0, 1), Duration.ofSeconds(5), Removal.Cause.SCALE_DOWN));
        engine.advance(Duration.ofSeconds(4));
        assertThat(observed(engine).count(Phase.TERMINATING)).isEqualTo(1);
        engine.advance(Duration.ofSeconds(2));

        assertThat(engine.terminations().orElseThrow().terminations(Samples.WEB))
                .extracting(Termination::reason)
                .containsExactly(Termination.GRACE_EXCEEDED);
    }

    @Test
    void replicasCrashAsOftenAsConfigured() {
        var engine = engine(settings -> settings.withFaults(faults -> faults.withCrashesPerHour(1)));
        launch(engine, MANY);
        engine.advance(Duration.ofMinutes(6));

        assertThat(observed(engine).count(Phase.ENDED)).isBetween(70, 130); // 1 - e^-0.1
    }

    @Test
    void whatALostEventWouldHaveReportedTheNextListShows() {
        var engine = engine(settings -> settings.withFaults(faults -> faults.withLostEvents(1)));
        launch(engine, 1);
        engine.advance(Duration.ofSeconds(5));

        engine.kill(Samples.id(0, 1));
        assertThat(observed(engine).ready()).isEqualTo(1);
        assertThat(engine.runningContainers()).isZero();
        engine.advance(Duration.ofSeconds(26));

        assertThat(observed(engine).count(Phase.ENDED)).isEqualTo(1);
    }

    @Test
    void whileTheEngineIsSilentNothingIsSeenAndNoCallIsAnswered() {
        var outage = new Outage(Duration.ofSeconds(10), Duration.ofSeconds(20), false);
        var engine = engine(settings -> settings.withFaults(faults -> faults.withOutages(List.of(outage))));
        launch(engine, 1);
        engine.advance(Duration.ofSeconds(11));

        assertThatThrownBy(() -> engine.observe(Samples.WEB, engine.now())).isInstanceOf(RuntimeUnavailable.class);
        engine.launch(new Launch(Samples.id(1, 1), "v1", Samples.template("v1"), 0, 0, engine.now(), Priority.SCALE));
        engine.advance(Duration.ofSeconds(18));
        assertThat(engine.runningContainers()).isEqualTo(1);
        engine.advance(Duration.ofSeconds(3));

        assertThat(observed(engine).count(Phase.RUNNING)).isEqualTo(2);
    }

    @Test
    void launchesOfAnImageWaitForItsPullAndLaterOnesDoNot() {
        var engine = engine(
                settings -> settings.withTimes(times -> times.withPull(Distribution.fixed(Duration.ofSeconds(30)))));
        launch(engine, 2);
        engine.advance(Duration.ofSeconds(29));
        assertThat(observed(engine).count(Phase.PENDING)).isEqualTo(2);
        engine.advance(Duration.ofSeconds(2));
        assertThat(observed(engine).count(Phase.RUNNING)).isEqualTo(2);

        engine.launch(new Launch(Samples.id(2, 1), "v1", Samples.template("v1"), 0, 0, engine.now(), Priority.SCALE));
        engine.advance(Duration.ofSeconds(1));

        assertThat(observed(engine).count(Phase.RUNNING)).isEqualTo(3);
    }

    @Test
    void noMoreCallsAreMadeAtOnceThanConfigured() {
        var engine = engine(settings -> settings.withConcurrency(8));
        launch(engine, 100);
        engine.advance(Duration.ofMinutes(1));

        assertThat(engine.work().mostAtOnce()).isEqualTo(8);
        assertThat(engine.work().mostWaiting()).isEqualTo(92);
        assertThat(engine.work().calls()).isEqualTo(100);
        assertThat(observed(engine).count(Phase.RUNNING)).isEqualTo(100);
    }

    @Test
    void aLogNormalDistributionHasItsMedianAndItsTail() {
        var random = new Random(1);
        var distribution = Distribution.logNormal(millis(100), millis(1000));
        var drawn = IntStream.range(0, 10_000)
                .mapToObj(index -> distribution.draw(random))
                .sorted()
                .toList();

        assertThat(drawn.get(5000)).isBetween(millis(95), millis(105));
        assertThat(drawn.get(9900)).isBetween(millis(850), millis(1150));
    }

    private static SimulatedRuntime engine(UnaryOperator<SimulationSettings> change) {
        return new SimulatedRuntime(change.apply(
                new SimulationSettings(1, Samples.NOON, Requests.NONE, 0, Times.DEFAULT, FaultRates.NONE)));
    }

    private static void launch(SimulatedRuntime engine, int replicas) {
        for (var slot = 0; slot < replicas; slot++) {
            engine.launch(
                    new Launch(Samples.id(slot, 1), "v1", Samples.template("v1"), 0, 0, engine.now(), Priority.SCALE));
        }
    }

    private static List<Integer> ended(SimulatedRuntime engine) {
        return observed(engine)
                .all()
                .filter(replica -> replica.phase() == Phase.ENDED)
                .map(replica -> replica.id().slot())
                .toList();
    }

    private static Observed observed(SimulatedRuntime engine) {
        return engine.observe(Samples.WEB, engine.now());
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
