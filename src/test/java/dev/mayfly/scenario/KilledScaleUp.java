package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.Random;

/**
 * The operator is killed at a random moment of a scale-up from 0, and started again. In the end exactly as many run as are wanted,
 * and none was made twice.
 *
 * @param operator of this workload; it runs at the beginning and at the end
 */
public record KilledScaleUp(OperatorProcess operator, int replicas) implements Scenario {
    private static final String NAME = "killed-scale-up";

    @Override
    public String run(Workloads workloads) {
        var seed = System.nanoTime();
        var moment = new Random(seed).nextInt(replicas);
        workloads.apply(NAME, 0);
        workloads.awaitRunning(NAME, 0);
        try (var census = new Census(workloads, NAME)) {
            workloads.scale(NAME, replicas);
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> census.alive() >= moment);
            operator.kill9();
            var killed = census.alive();
            operator.start();

            workloads.awaitRunning(NAME, replicas);
            assertThat(census.doubles()).as("slots that ran twice at a time").isEmpty();
            assertThat(census.most()).isEqualTo(replicas);
            assertThat(census.starts()).isEqualTo(replicas);
            return "operator killed with %d of %d running (seed %d)".formatted(killed, replicas, seed);
        }
    }
}
