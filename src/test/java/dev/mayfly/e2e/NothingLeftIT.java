package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.scenario.ComeAndGone;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Many workloads come and go while operator and replicas are killed, and nothing is left. */
class NothingLeftIT extends OperatorScenario {
    NothingLeftIT() {
        super("nothing-left", new OperatorProcess("nothing-left"));
    }

    @AfterAll
    void clearAway() {
        Docker.removeAll(Map.of("mayfly.dev/cluster", operator.cluster()));
    }

    @Test
    void leftoversOfAScanAreRemovedWhileTheOperatorRuns() throws IOException {
        var left = Files.createDirectory(Path.of("/tmp", "mayfly-scan-" + operator.cluster() + "-4711"));
        Files.writeString(left.resolve("image.tar"), "gigabytes");

        await().atMost(SOON).untilAsserted(() -> assertThat(left).doesNotExist());
    }

    /** With 1,000 workloads and 5 kills: {@code make soak}. */
    @Test
    void fiftyWorkloadsAndTwoKilledOperatorsLeaveNothing() throws Exception {
        System.out.println(new ComeAndGone(operator, 50, 2).run(workloads));
        assertThat(operator.log()).as("some went before they had our finalizer").doesNotContain("Uncaught error");
    }
}
