package dev.mayfly.e2e;

import dev.mayfly.scenario.ApiServerAway;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The API server is gone for a minute, six times as long as the Lease lasts. For an hour: {@code make soak}. */
class OutageOfTheApiServerIT {
    private static final String NAME = "api-outage";

    @Test
    void containersRunOnAndHealMeanwhile() {
        try (var operator = new OperatorProcess(NAME);
                var workloads = new Workloads(NAME)) {
            operator.start();
            System.out.println(new ApiServerAway(operator, NAME, Duration.ofMinutes(1), 2).run(workloads));
        }
    }
}
