package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of the template: old replicas make room for new ones, within the rollout's bounds. */
class LifeRolloutIT {
    private static final OperatorProcess OPERATOR = new OperatorProcess("rollout");

    private Workloads workloads;

    @BeforeAll
    static void start() {
        OPERATOR.start();
    }

    @AfterAll
    static void stop() {
        OPERATOR.close();
    }

    @BeforeEach
    void fourReplicas() {
        workloads = new Workloads("rollout");
        workloads.apply(version("1", 4));
        workloads.awaitRunning("web", 4);
    }

    @AfterEach
    void cleanUp() {
        workloads.close();
    }

    @Test
    void aRolloutStaysWithinItsBounds() {
        try (var census = new Census(workloads, "web")) {
            workloads.apply(version("2", 4));
            awaitAllOf("2", 4);

            assertThat(census.least())
                    .as("fewest serving, of 4 with maxUnavailable 1")
                    .isGreaterThanOrEqualTo(3);
            assertThat(census.most()).as("most serving, of 4 with maxSurge 1").isLessThanOrEqualTo(5);
        }
    }

    @Test
    void scalingUpInTheMiddleOfARolloutEndsWithTheNewRevisionOnly() {
        try (var census = new Census(workloads, "web")) {
            workloads.apply(version("2", 4));
            await().until(() -> census.starts() >= 1);
            workloads.scale("web", 8);
            awaitAllOf("2", 8);

            assertThat(census.least()).as("fewest serving").isGreaterThanOrEqualTo(3);
            assertThat(census.most()).as("most serving, of 8 with maxSurge 1").isLessThanOrEqualTo(9);
        }
    }

    @Test
    void aChangeBackInTheMiddleEndsWithTheFirstRevision() {
        try (var census = new Census(workloads, "web")) {
            workloads.apply(version("2", 4));
            await().until(() -> census.starts() >= 1);
            workloads.apply(version("1", 4));
            awaitAllOf("1", 4);

            assertThat(census.least()).as("fewest serving").isGreaterThanOrEqualTo(3);
            assertThat(census.most()).as("most serving").isLessThanOrEqualTo(5);
        }
    }

    @Test
    void aPausedRolloutStandsStillWhileScalingAndHealingGoOn() {
        var before = workloads.runningIds("web");
        workloads.apply(version("2", 4).replace("spec:\n", "spec:\n  paused: true\n"));
        await().until(() -> workloads
                .condition("web", "Progressing")
                .filter(c -> c.getReason().equals("Paused"))
                .isPresent());
        assertThat(workloads.runningIds("web")).isEqualTo(before);

        workloads.scale("web", 6);
        workloads.awaitRunning("web", 6);
        assertThat(workloads.runningIds("web")).containsAll(before);

        workloads.apply(version("2", 6));
        awaitAllOf("2", 6);
    }

    /** The environment is the only difference. */
    private static String version(String version, int replicas) {
        return Workloads.manifest("web", replicas)
                        .replace("spec:\n  replicas", "spec:\n  rollout: {maxSurge: 1, maxUnavailable: 1}\n  replicas")
                + "    env: [{name: VERSION, value: \"" + version + "\"}]\n";
    }

    private void awaitAllOf(String version, int replicas) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            var running = workloads.running("web");
            return running.size() == replicas
                    && running.stream().allMatch(c -> versionOf(c.getId()).contains("VERSION=" + version));
        });
        workloads.awaitRunning("web", replicas);
        assertThat(workloads.get("web").getStatus().updatedReplicas()).isEqualTo(replicas);
    }

    private static List<String> versionOf(String container) {
        return dev.mayfly.testing.Docker.environment(container);
    }
}
