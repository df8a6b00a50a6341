package dev.mayfly.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rollout whose deadline passed before its revision could be tried goes on by itself, such as when a registry is back. */
class UntriedRolloutTest {
    private static final int CAN_NOT_BE_CREATED = 2;
    private static final int CAN_NOT_BE_STARTED = 1;
    private static final int WORKS = 0;

    @ParameterizedTest
    @CsvSource({"25%, 25%", "0, 1", "1, 0", "3, 2"})
    void itGoesOnWithoutAChangeOfTheTemplate(String maxSurge, String maxUnavailable) {
        var world = overdue(maxSurge, maxUnavailable, CAN_NOT_BE_CREATED);
        assertThat(world.memory().progress()).isEqualTo("ProgressDeadlineExceeded");
        world.work(Duration.ofMinutes(5));
        assertThat(world.memory().progress()).as("it does not flap").isEqualTo("ProgressDeadlineExceeded");
        assertThat(world.observed().ready("v1")).isGreaterThanOrEqualTo(2);

        world.breaking(WORKS);
        world.settle();
        assertThat(world.observed().ready("v2")).isEqualTo(3);
        assertThat(world.memory().progress()).isEqualTo("NewRevisionAvailable");
    }

    @Test
    void aRevisionThatWasTriedStaysHalted() {
        var world = overdue("1", "0", CAN_NOT_BE_STARTED);

        world.breaking(WORKS);
        world.work(Duration.ofMinutes(10));
        assertThat(world.memory().progress()).isEqualTo("ProgressDeadlineExceeded");
        assertThat(world.observed().ready("v1")).isEqualTo(3);
    }

    private static SimulatedCluster overdue(String maxSurge, String maxUnavailable, int broken) {
        var world = new SimulatedCluster(3, new Wish(maxSurge, maxUnavailable));
        world.settle();
        world.newTemplate(true);
        world.breaking(broken);
        world.work(Duration.ofSeconds(60));
        return world;
    }
}
