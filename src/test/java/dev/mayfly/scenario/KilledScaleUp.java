package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;

/**
 * The operator is killed in the middle of a scale-up from 0, and started again. In the end exactly as many run as are wanted, and
 * none was made twice.
 *
 * @param operator of this workload; it runs at the beginning and at the end
 * @param moment the number of replicas that run when it is killed, less than all
 */
public record KilledScaleUp(OperatorProcess operator, int replicas, int moment) implements Scenario {
    private static final String NAME = "killed-scale-up";

    @Override
    public String run(Workloads workloads) {
        workloads.apply(Workloads.isolated(NAME, 0));
        workloads.awaitRunning(NAME, 0);
        try (var census = new Census(workloads, NAME)) {
            workloads.scale(NAME, replicas);
            await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> census.alive() >= moment);
            operator.kill9();
            var killed = census.alive();
            operator.start();

            workloads.awaitRunning(NAME, replicas);
            assertThat(census.caughtUp().doubles())
                    .as("slots that ran twice at a time")
                    .isEmpty();
            assertThat(census.most()).isEqualTo(replicas);
            assertThat(census.starts()).isEqualTo(replicas);
            return "operator killed with %d of %d running".formatted(killed, replicas);
        }
    }
}
