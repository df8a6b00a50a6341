package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The API server is gone for longer than the Lease lasts, which is 20 s here. */
class LongOutageOfTheApiServerIT {
    private static final String NAME = "long-outage";

    @Test
    void theOperatorOnTheEnginesHostHealsOnAndHoldsItsLeaseAfterwards() {
        try (var operator = new OperatorProcess(NAME)
                        .with("MAYFLY_LEASE_DURATION", "20s")
                        .with("KUBERNETES_REQUEST_TIMEOUT", "1000")
                        .with("KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
                var workloads = new Workloads(NAME)) {
            operator.start();
            workloads.apply("web", 3);
            workloads.awaitRunning("web", 3);
            await("the Lease is bound to the engine")
                    .until(() -> lease().getMetadata().getAnnotations() != null
                            && lease().getMetadata().getAnnotations().containsKey("mayfly.dev/bound-engine"));
            var victims = workloads.runningIds("web").iterator();
            try (var census = new Census(workloads, "web")) {
                Cluster.pause();
                try {
                    await("the framework's election is over")
                            .atMost(Duration.ofMinutes(2))
                            .until(() -> operator.log().contains("The Lease was not renewed in time"));
                    Docker.client().killContainerCmd(victims.next()).exec();
                    await().atMost(Duration.ofMinutes(1)).until(() -> census.alive() == 3 && census.starts() == 1);
                    await("the Lease has expired")
                            .atMost(Duration.ofMinutes(1))
                            .during(Duration.ofSeconds(20))
                            .until(() -> operator.isAlive() && census.alive() == 3);
                } finally {
                    Cluster.unpause();
                }
                var back = Instant.now();

                await("the Lease is renewed again")
                        .atMost(Duration.ofMinutes(1))
                        .until(() ->
                                lease().getSpec().getRenewTime().toInstant().isAfter(back));
                workloads.scale("web", 5);
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> workloads.running("web").size() == 5);
                assertThat(operator.isAlive()).as(operator.logTail()).isTrue();
                assertThat(census.starts()).isEqualTo(3);
            }
        }
    }

    private static Lease lease() {
        return Cluster.client()
                .leases()
                .inNamespace("mayfly-system")
                .withName(NAME)
                .get();
    }
}
