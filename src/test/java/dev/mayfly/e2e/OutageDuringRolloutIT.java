package dev.mayfly.e2e;

import dev.mayfly.scenario.Outage;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Story C: the engine's socket goes away in the middle of a rollout. */
class OutageDuringRolloutIT extends OperatorScenario {
    private final EngineProxy engine =
            new EngineProxy(Path.of("target/outage-rollout.sock").toAbsolutePath());

    OutageDuringRolloutIT() {
        super("outage-rollout", new OperatorProcess("outage-rollout"));
        operator.with("DOCKER_HOST", engine.address());
    }

    @AfterAll
    @Override
    protected void leaveNothing() throws IOException {
        super.leaveNothing();
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "SILENT"})
    void neverMoreThanMayRunWhileTheSocketIsGone(Mode mode) {
        System.out.println(new Outage(engine, mode, Duration.ofSeconds(8)).run(workloads));
    }
}
