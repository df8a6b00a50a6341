package dev.mayfly.e2e.life;

import dev.mayfly.e2e.Alone;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.scenario.CrashLoops;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Story E: fifty slots crash, again and again. */
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
    void fiftyCrashLoopsLeaveNothingAndHoldNobodyUp() throws Exception {
        Cli.imageFromBusybox(IMAGE, "VOLUME /data");

        var story = new CrashLoops(IMAGE, 2, 25, "{initialSeconds: 2, maxSeconds: 10}", 50, Duration.ofSeconds(15));

        System.out.println(story.tell(workloads));
    }
}
