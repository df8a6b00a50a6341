package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.Alone;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Forty replicas that end every two seconds, each of which is a heal, do not starve another namespace. */
@Alone
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShortLivedNeighbourIT extends OperatorScenario {
    private static final int SHORT_LIVED = 40;
    /** Without fair shares a first replica took 14 s, and a scale-up from 1 to 5 more than 15 s. */
    private static final Duration FIRST = Duration.ofSeconds(7);

    private static final Duration SCALED = Duration.ofSeconds(12);

    private final Workloads noisy = new Workloads("noisy");

    ShortLivedNeighbourIT() {
        super("victim");
    }

    @AfterAll
    void quiet() {
        noisy.close();
    }

    @Test
    @Order(1)
    void theFirstReplicaAndAScaleUpOfAnotherNamespaceAreNotStarved() {
        noisy.apply(workload("short", SHORT_LIVED, """
            image: busybox:1.36
            command: [sleep, "2"]
            """));
        await("each of them has ended at least once")
                .until(() -> noisy.get("short").getStatus() != null
                        && noisy.containers("short").stream()
                                .anyMatch(c -> Integer.parseInt(c.getLabels().get("mayfly.dev/attempt")) > 2));

        workloads.apply("web", 1);
        awaitRunning(1, FIRST);
        workloads.scale("web", 5);
        awaitRunning(5, SCALED);
    }

    @Test
    @Order(2)
    void theShortLivedAreToldThatTheyUsedTheirShareUp() {
        noisy.awaitCondition("short", "Degraded", "True", "FairShareExceeded", Duration.ofMinutes(1));

        assertThat(noisy.condition("short", "Degraded").orElseThrow().getMessage())
                .contains("end so often", "one at a time");
        await().untilAsserted(() ->
                assertThat(noisy.events("short", "FairShareExceeded")).isNotEmpty());
        assertThat(workloads.condition("web", "Degraded").orElseThrow().getReason())
                .isEqualTo("AsExpected");
    }

    private void awaitRunning(int replicas, Duration within) {
        await(replicas + " replicas of the quiet workload")
                .pollInterval(Duration.ofMillis(50))
                .atMost(within)
                .until(() -> workloads.running("web").size() == replicas);
    }
}
