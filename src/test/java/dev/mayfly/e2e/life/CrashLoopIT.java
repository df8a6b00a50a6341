package dev.mayfly.e2e.life;

import dev.mayfly.e2e.Alone;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.scenario.CrashLoops;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Story E: twenty slots crash, again and again; 200 of them: {@code make soak}. */
@Alone
class CrashLoopIT extends OperatorScenario {
    private static final String IMAGE = "mayfly-test/volume:loops";

    CrashLoopIT() {
        super("loops");
    }

    @AfterAll
    static void removeImage() {
        Cli.tried("rmi", "-f", IMAGE);
    }

    @Test
    void twentyCrashLoopsLeaveNothingAndDelayNoOthers() throws Exception {
        Cli.imageFromBusybox(IMAGE, "VOLUME /data");

        var story = new CrashLoops(
                IMAGE,
                2,
                10,
                "{initialDelaySeconds: 2, maxDelaySeconds: 10, stableSeconds: 2}",
                20,
                Duration.ofSeconds(15));

        System.out.println(story.run(workloads));
    }
}
