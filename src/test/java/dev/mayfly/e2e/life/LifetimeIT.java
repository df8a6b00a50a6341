package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Observer;
import dev.mayfly.testing.Observer.Bounds;
import org.junit.jupiter.api.Test;

/** Replicas that reach their maximum age are replaced one by one, without a gap. */
class LifetimeIT extends OperatorScenario {
    LifetimeIT() {
        super("lifetime");
    }

    @Test
    void oldReplicasAreReplacedOneByOneAfterTheirSubstituteIsReady() {
        workloads.apply(workload("aging", 3, """
                image: busybox:1.36
                command: [tail, -f, /dev/null]
                """)
                .replace("maxSurge: 0, maxUnavailable: 1", "maxSurge: 1, maxUnavailable: 0")
                .replace("  template:", "  ephemerality: {maxLifetimeSeconds: 30}\n  template:"));
        workloads.awaitRunning("aging", 3);
        var first = workloads.runningIds("aging");

        try (var observer = new Observer(workloads, "aging", new Bounds(4, 3))) {
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(workloads.runningIds("aging")).hasSize(3).doesNotContainAnyElementsOf(first));

            observer.assertKept();
            assertThat(observer.most()).as("most that run or terminate").isEqualTo(4);
        }
        assertThat(workloads.terminations("aging"))
                .allMatch(end -> end.reason().equals("Stopped") || end.reason().equals("GraceExceeded"));
        gone("aging");
    }
}
