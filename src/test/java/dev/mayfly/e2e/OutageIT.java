package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine refuses connections, or accepts them and says nothing. */
class OutageIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final EngineProxy engine = new EngineProxy();
    private Workloads workloads;
    private OperatorProcess operator;

    @BeforeEach
    void prepare() {
        workloads = new Workloads("outage");
        operator = new OperatorProcess("outage").with("DOCKER_HOST", engine.address());
    }

    @AfterEach
    void cleanUp() {
        engine.mode(Mode.PASS);
        workloads.close();
        operator.close();
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "SILENT"})
    void withoutAnEngineAtItsStartItWaitsAndTellsSo(Mode mode) {
        engine.mode(mode);
        operator.start();
        workloads.apply("web", 3);

        workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
        assertThat(workloads.condition("web", "Degraded"))
                .get()
                .extracting("message")
                .asString()
                .contains("docker info");

        engine.mode(Mode.PASS);
        workloads.awaitRunning("web", 3);
        workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "SILENT"})
    void anEngineThatComesBackFindsItsReplicasUntouched(Mode mode) {
        operator.start();
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);
        var before = workloads.runningIds("web");
        try (var census = new Census(workloads, "web")) {
            engine.mode(mode);
            workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
            assertThat(operator.isAlive()).isTrue();
            assertThat(workloads.get("web").getStatus().readyReplicas())
                    .as("unknown, not zero")
                    .isEqualTo(3);

            engine.mode(Mode.PASS);
            workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
            workloads.scale("web", 4);
            workloads.awaitRunning("web", 4);
            assertThat(workloads.runningIds("web")).containsAll(before);
            assertThat(census.starts()).isEqualTo(1);
            assertThat(operator.log()).as("an outage is no defect").doesNotContain(" ERROR ");
        }
    }

    @Test
    void aDeletionDuringTheOutageTellsWhyItWaitsAndGoesOnAfterwards() {
        operator.start();
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);
        engine.mode(Mode.REFUSE);

        workloads.delete("web");

        workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
        assertThat(workloads.running("web")).hasSize(3);
        engine.mode(Mode.PASS);
        workloads.awaitGone("web");
    }

    @Test
    void anEngineThatFallsSilentInTheMiddleOfAScaleUpEndsWithExactlyAsManyAsWanted() {
        operator.start();
        workloads.apply("web", 0);
        workloads.awaitRunning("web", 0);
        try (var census = new Census(workloads, "web")) {
            workloads.scale("web", 30);
            await().pollInterval(Duration.ofMillis(10)).until(() -> census.alive() >= 8);
            engine.mode(Mode.SILENT);
            workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
            System.out.printf("engine silent with %d of 30 running%n", census.alive());
            await("ten seconds of silence")
                    .atMost(Duration.ofSeconds(20))
                    .during(Duration.ofSeconds(10))
                    .until(() -> census.alive() <= 30);
            engine.mode(Mode.PASS);

            workloads.awaitRunning("web", 30);
            assertThat(census.most()).isEqualTo(30);
            assertThat(census.doubles()).isEmpty();
            assertThat(census.starts()).isEqualTo(30);
            assertThat(operator.log()).as("an outage is no defect").doesNotContain(" ERROR ");
        }
    }
}
