package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The API server is gone for a minute. */
class OutageOfTheApiServerIT {

    @Test
    void containersRunOnAndHealMeanwhile() {
        try (var operator = new OperatorProcess("api-outage");
                var workloads = new Workloads("api-outage")) {
            operator.start();
            workloads.apply("web", 3);
            workloads.awaitRunning("web", 3);
            var before = workloads.runningIds("web");
            try (var census = new Census(workloads, "web")) {
                var begin = System.nanoTime();
                Cluster.pause();
                try {
                    var victim = before.iterator().next();
                    Docker.client().killContainerCmd(victim).exec();
                    await().atMost(Duration.ofMinutes(1)).until(() -> census.alive() == 3 && census.starts() == 1);
                    System.out.printf(
                            "healed without the API server after %.2f s%n", (System.nanoTime() - begin) / 1e9);
                    await("a minute")
                            .atMost(Duration.ofSeconds(90))
                            .during(Duration.ofSeconds(55))
                            .until(() -> operator.isAlive() && census.alive() == 3);
                } finally {
                    Cluster.unpause();
                }
                assertThat(operator.isAlive()).as(operator.logTail()).isTrue();
                assertThat(census.starts()).isEqualTo(1);
                workloads.scale("web", 5);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> workloads.running("web").size() == 5
                                && workloads.get("web").getStatus().readyReplicas() == 5);
                assertThat(census.starts()).isEqualTo(3);
                assertThat(census.least()).isEqualTo(2);
            }
        }
    }
}
