package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Phase;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Scenarios of more than one plan. */
class LongStoriesTest {

    @Test
    void aCrashLoopLeavesOneTerminatedContainerAndItsWaitingSuccessor() {
        var world = new SimulatedCluster(1, new Wish("25%", "25%"));
        world.breaking(1);
        for (var minute = 0; minute < 30; minute++) {
            world.apply(world.plan());
            world.pass(600);
            world.apply(world.plan());
            world.pass(60_000);
        }
        world.apply(world.plan());
        world.pass(600);
        world.apply(world.plan());
        world.pass(100);
        world.apply(world.plan());
        world.pass(100);

        assertThat(world.observed().all()).extracting(r -> r.phase()).containsOnly(Phase.ENDED, Phase.CREATED);
        assertThat(world.observed().terminatedContainers()).isEqualTo(1);
        assertThat(world.observed().waiting().next().history().failures()).isGreaterThan(5);
    }

    @Test
    void anEngineRestartHealsInAsManyStepsAsTheWindowNeeds() {
        var world = new SimulatedCluster(1, new Wish("25%", "25%"));
        world.scale(8);
        world.settle();

        world.engineRestart();
        world.apply(world.plan());
        world.pass(700);
        world.apply(world.plan());
        world.pass(700);

        assertThat(world.observed().ready()).isEqualTo(2 * SimulatedCluster.WINDOW);
        assertThat(world.observed().all().filter(r -> r.phase() == Phase.RUNNING))
                .allMatch(r -> r.history().failures() == 0);
    }

    @Test
    void aRolloutKeepsMinimumAvailabilityAndEndsWithTheNewRevision() {
        var world = new SimulatedCluster(1, new Wish("25%", "25%"));
        world.scale(8);
        world.settle();
        var fewest = new AtomicInteger(8);

        world.newTemplate(true);
        for (var step = 0; step < 600; step++) {
            world.apply(world.plan());
            world.pass(50);
            fewest.accumulateAndGet(world.observed().ready(), Math::min);
        }

        assertThat(fewest.get()).isEqualTo(6);
        assertThat(world.observed().ready("v2")).isEqualTo(8);
        assertThat(world.observed().occupied()).isEqualTo(8);
    }

    /** A broken image is rolled back automatically and not retried, even if the operator crashes. */
    @Test
    void aBrokenRevisionIsRolledBackByItself() {
        var world = new SimulatedCluster(1, new Wish("25%", "25%"));
        world.spec().onFailure = OnFailure.Rollback;
        world.scale(8);
        world.settle();

        world.newTemplate(true);
        world.breaking(2);
        var fewest = world.fewestReadyDuring(Duration.ofMinutes(1));

        assertThat(fewest).as("fewest ready of 8").isEqualTo(8);
        assertThat(world.memory().progress()).isEqualTo("RolledBack");
        assertThat(world.memory().status().rolledBackTo()).isEqualTo("v1");
        assertThat(world.observed().ready("v1")).isEqualTo(8);
        assertThat(world.observed().occupied()).isEqualTo(8);

        world.crash(false);
        world.breaking(0);
        world.pick(0).ifPresent(replica -> world.engine().kill(replica.id()));
        world.fewestReadyDuring(Duration.ofMinutes(1));
        assertThat(world.observed().ready("v1"))
                .as("though v2 would run by now")
                .isEqualTo(8);

        world.newTemplate(true);
        world.settle();
        assertThat(world.observed().ready("v3")).isEqualTo(8);
        assertThat(world.memory().status().currentRevision()).isEqualTo("v3");
    }

    @Test
    void aRollbackInTheMiddleOfAScaleDownEndsWithFewerOfTheStableRevision() {
        var world = new SimulatedCluster(1, new Wish("25%", "25%"));
        world.spec().onFailure = OnFailure.Rollback;
        world.scale(8);
        world.settle();
        world.newTemplate(true);
        world.breaking(1);
        world.work(Duration.ofSeconds(19));

        world.scale(3);
        world.work(Duration.ofSeconds(30));

        assertThat(world.memory().progress()).isEqualTo("RolledBack");
        assertThat(world.observed().ready("v1")).isEqualTo(3);
        assertThat(world.observed().occupied()).isEqualTo(3);
    }

    @Test
    void replicasBeyondTheirLifetimeAreReplacedOneByOneWithoutLossOfAvailability() {
        var world = new SimulatedCluster(1, new Wish("25%", "25%"));
        world.scale(8);
        world.settle();
        var fewest = new AtomicInteger(8);
        var most = new AtomicInteger(8);

        world.spec().maxLifetime = Optional.of(Duration.ofMinutes(10));
        world.pass(700_000);
        var due = world.engine().now();
        for (var step = 0; step < 600; step++) {
            world.apply(world.plan());
            world.pass(50);
            fewest.accumulateAndGet(world.observed().ready(), Math::min);
            most.accumulateAndGet(Safety.running(world.observed()), Math::max);
        }

        assertThat(fewest.get()).isEqualTo(8);
        assertThat(most.get()).isEqualTo(9);
        assertThat(world.observed().all())
                .hasSize(8)
                .allMatch(r -> r.startedAt().orElseThrow().isAfter(due));
    }
}
