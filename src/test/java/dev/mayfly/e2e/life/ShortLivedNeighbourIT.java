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
    /**
     * Without fair shares a first replica took 14 s, and a scale-up from 1 to 5 more than 15 s, where they take 0.4 s and 1.5 s alone:
     * so much is allowed, and {@link #TIMES} the time that this machine needs alone.
     */
    private static final Duration FIRST = Duration.ofSeconds(5);

    private static final Duration SCALED = Duration.ofSeconds(8);
    private static final int TIMES = 4;

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
        var first = timed(() -> workloads.apply("alone", 1), "alone", 1);
        var scaled = timed(() -> workloads.scale("alone", 5), "alone", 5);
        gone("alone");
        noisy.apply(workload("short", SHORT_LIVED, """
            image: busybox:1.36
            command: [sleep, "2"]
            """));
        await("each of them has ended at least once")
                .until(() -> noisy.get("short").getStatus() != null
                        && noisy.containers("short").stream()
                                .anyMatch(c -> Integer.parseInt(c.getLabels().get("mayfly.dev/attempt")) > 2));

        assertThat(timed(() -> workloads.apply("web", 1), "web", 1))
                .as("alone: " + first)
                .isLessThan(FIRST.plus(first.multipliedBy(TIMES)));
        assertThat(timed(() -> workloads.scale("web", 5), "web", 5))
                .as("alone: " + scaled)
                .isLessThan(SCALED.plus(scaled.multipliedBy(TIMES)));
    }

    @Test
    @Order(2)
    void theShortLivedAreToldThatTheyUsedTheirShareUp() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(noisy.condition("short", "Degraded"))
                        .hasValueSatisfying(condition -> {
                            assertThat(condition.getStatus() + "/" + condition.getReason())
                                    .isEqualTo("True/FairShareExceeded");
                            assertThat(condition.getMessage()).contains("end so often", "one at a time");
                        }));
        await().untilAsserted(() ->
                assertThat(noisy.events("short", "FairShareExceeded")).isNotEmpty());
        workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
    }

    private Duration timed(Runnable change, String name, int replicas) {
        var begin = System.nanoTime();
        change.run();
        await(replicas + " replicas of " + name)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> workloads.running(name).size() == replicas);
        var took = Duration.ofNanos(System.nanoTime() - begin);
        System.out.printf("%s: %d replicas run after %.2f s%n", name, replicas, took.toMillis() / 1e3);
        return took;
    }
}
