package dev.mayfly.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Phase;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Stories that take more than one plan. */
class LongStoriesTest {

    @Test
    void aCrashLoopLeavesOneDeadContainerAndItsWaitingSuccessor() {
        var world = new World(1, new Wish("25%", "25%"));
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
        assertThat(world.observed().dead()).isEqualTo(1);
        assertThat(world.observed().waiting().next().failures()).isGreaterThan(5);
    }

    @Test
    void anEngineRestartHealsInAsManyStepsAsTheWindowNeeds() {
        var world = new World(1, new Wish("25%", "25%"));
        world.scale(8);
        world.settle();

        world.engineRestart();
        world.apply(world.plan());
        world.pass(700);
        world.apply(world.plan());
        world.pass(700);

        assertThat(world.observed().ready()).isEqualTo(2 * World.WINDOW);
        assertThat(world.observed().all().filter(r -> r.phase() == Phase.RUNNING))
                .allMatch(r -> r.failures() == 0);
    }

    @Test
    void aRolloutNeverServesWithFewerThanItMayAndEndsWithTheNewRevision() {
        var world = new World(1, new Wish("25%", "25%"));
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
        assertThat(world.observed().seats()).isEqualTo(8);
    }
}
