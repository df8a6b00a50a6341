package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.OperatorScenario;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The conditions of a workload whose replica fails again and again. */
class SteadyConditionsIT extends OperatorScenario {
    SteadyConditionsIT() {
        super("steady");
    }

    @Test
    void aReplicaThatRunsForThreeSecondsAtEachAttemptChangesNoCondition() {
        workloads.apply(workload("crash", 1, "image: busybox:1.36\ncommand: [sh, -c, 'sleep 3; exit 1']\n")
                .replace("backoff: {initialSeconds: 1}", "backoff: {initialSeconds: 5, maxSeconds: 5}"));
        workloads.awaitCondition("crash", "Degraded", "True", "CrashLoopBackOff", Duration.ofMinutes(1));

        var seen = new ArrayList<List<String>>();
        await().during(Duration.ofSeconds(45)).atMost(Duration.ofSeconds(50)).until(() -> {
            var now = List.of(shown("Available"), shown("Degraded"));
            if (seen.isEmpty() || !seen.getLast().equals(now)) {
                seen.add(now);
            }
            return true;
        });
        assertThat(seen).hasSize(1);
        assertThat(workloads.get("crash").getStatus().restarts()).isGreaterThan(4);
        gone("crash");
    }

    private String shown(String type) {
        return workloads.condition("crash", type).map(Condition::getStatus).orElse("");
    }
}
