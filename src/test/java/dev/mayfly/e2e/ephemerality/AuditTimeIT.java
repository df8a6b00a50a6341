package dev.mayfly.e2e.ephemerality;

import dev.mayfly.e2e.Alone;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a write stays unreported. */
@Alone
class AuditTimeIT extends OperatorScenario {
    private static final Duration IN_TIME = Duration.ofSeconds(1).plusSeconds(2);

    AuditTimeIT() {
        super("audit-time");
    }

    @Test
    void aWriteIsInTheStatusWithinTheIntervalAndTwoSeconds() {
        workloads.apply(workload("writer", 3, "image: busybox:1.36\nnetwork: None\ncommand: [tail, -f, /dev/null]\n")
                .replace("  rollout:", "  ephemerality: {mode: Audit, audit: {periodSeconds: 1}}\n  rollout:"));
        workloads.awaitRunning("writer", 3);
        workloads.awaitCondition("writer", "Ephemeral", "True", "Clean", SOON);

        Cli.in(workloads.running("writer").getFirst(), "touch /root/written");

        workloads.awaitCondition("writer", "Ephemeral", "False", "Findings", IN_TIME);
        gone("writer");
    }
}
