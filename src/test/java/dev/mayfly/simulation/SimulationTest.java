package dev.mayfly.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.Budget;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.runtime.simulated.SimulationSettings;
import dev.mayfly.runtime.simulated.SimulationSettings.FaultRates;
import dev.mayfly.runtime.simulated.SimulationSettings.Outage;
import dev.mayfly.simulation.SimulationResult.End;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int REPLICAS = 100;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SimulationSettings ENGINE =
            SimulationSettings.of(1, Samples.NOON, Requests.NONE).withConcurrency(8);

    @Test
    void aRolloutKeepsItsBudgetAlthoughStartsFail() {
        var result = Simulation.run(rollout(new Budget(10, 0)), ENGINE.withFaults(f -> f.withFailingStarts(0.05)));

        assertThat(result.end()).isEqualTo(End.DONE);
        assertThat(result.maxUnavailable()).isZero();
        assertThat(result.maxOver()).isEqualTo(10);
        assertThat(result.failedStarts()).isPositive();
        assertThat(result.started()).isEqualTo(REPLICAS);
        assertThat(result.engine().mostAtOnce()).isBetween(2, 8);
        assertThat(result.samples().getLast().updated()).isEqualTo(REPLICAS);
        assertThat(result.replacements()).hasSize(SimulationResult.LISTED);
    }

    @Test
    void moreSurgeIsFaster() {
        var little = Simulation.run(rollout(new Budget(2, 0)), ENGINE);
        var much = Simulation.run(rollout(new Budget(50, 0)), ENGINE);

        assertThat(much.took()).isLessThan(little.took());
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        var settings = ENGINE.withFaults(faults -> faults.withCrashesPerHour(10));

        assertThat(Simulation.run(rollout(new Budget(5, 5)), settings))
                .isEqualTo(Simulation.run(rollout(new Budget(5, 5)), settings));
    }

    @Test
    void aRevisionThatHangsIsRolledBack() {
        var experiment = rollout(new Budget(10, 0), OnFailure.Rollback);
        var result = Simulation.run(experiment, ENGINE.withFaults(SimulationTest::hangingV2));

        assertThat(result.end()).isEqualTo(End.ROLLED_BACK);
        assertThat(result.maxUnavailable()).isZero();
        assertThat(result.took()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
        assertThat(result.samples().getLast().updated()).isZero();
    }

    @Test
    void aRolloutThatStallsEnds() {
        var experiment = rollout(new Budget(10, 0), OnFailure.Pause);
        var result = Simulation.run(experiment, ENGINE.withFaults(SimulationTest::hangingV2));

        assertThat(result.end()).isEqualTo(End.STALLED);
        assertThat(result.samples().getLast().ready()).isEqualTo(REPLICAS);
    }

    @Test
    void anEngineThatRestartsIsHealed() {
        var outage = new Outage(Duration.ofSeconds(30), Duration.ofSeconds(60), true);
        var steady = workload(REPLICAS);
        var result = Simulation.run(
                new Experiment(steady, steady, 32, Duration.ofMinutes(5), HOUR),
                ENGINE.withFaults(faults -> faults.withOutages(List.of(outage))));

        assertThat(result.end()).isEqualTo(End.DONE);
        assertThat(result.took()).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        assertThat(result.maxUnavailable()).isEqualTo(REPLICAS);
        assertThat(result.unavailableSeconds()).isGreaterThan(60 * REPLICAS).isLessThan(120 * REPLICAS);
        assertThat(result.started()).isEqualTo(REPLICAS);
    }

    @Test
    void aSimulationThatIsNotDoneEndsAtItsLimit() {
        var experiment = new Experiment(workload(0), workload(REPLICAS), 32, Duration.ZERO, Duration.ofMillis(200));

        assertThat(Simulation.run(experiment, ENGINE).end()).isEqualTo(End.NOT_DONE);
    }

    @Test
    void aLongCourseIsKeptInFewSamples() {
        var samples = new Sampling();
        for (var second = 0; second <= 100_000; second++) {
            samples.add(new SimulationResult.Sample(Duration.ofSeconds(second), second, 0, 0));
        }

        assertThat(samples.all()).hasSizeBetween(100, Sampling.MOST + 1);
        assertThat(samples.all().getFirst().ready()).isZero();
        assertThat(samples.all().getLast().ready()).isEqualTo(100_000);
    }

    private static FaultRates hangingV2(FaultRates faults) {
        return faults.withHanging(1).withOnly(Optional.of("v2"));
    }

    private static Experiment rollout(Budget budget) {
        return rollout(budget, OnFailure.Pause);
    }

    private static Experiment rollout(Budget budget, OnFailure onFailure) {
        var before = workload(REPLICAS);
        var after = before.withRevision("v2")
                .withRollout(rollout -> rollout.withBudget(budget)
                        .withOnFailure(onFailure)
                        .withProgressDeadline(Duration.ofSeconds(60)));
        return new Experiment(before, after, 32, Duration.ZERO, HOUR);
    }

    private static Desired workload(int replicas) {
        var probe =
                new Probe(new Probe.TcpSocket(80), Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 3);
        var desired = Samples.desired(replicas);
        return desired.withTemplate(
                desired.template().withProbes(new Probes(Optional.empty(), Optional.of(probe), Optional.empty())));
    }
}
