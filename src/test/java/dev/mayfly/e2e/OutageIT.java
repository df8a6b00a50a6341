package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Census;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine refuses connections, or accepts them and says nothing. */
class OutageIT {
    private static final Duration SOON = Duration.ofMinutes(3);

    private static final EngineProxy ENGINE = new EngineProxy();
    private static final OperatorProcess OPERATOR = new OperatorProcess("outage").with("DOCKER_HOST", ENGINE.address());

    private Workloads workloads;

    @BeforeEach
    void prepare() {
        workloads = new Workloads("outage");
    }

    @AfterEach
    void cleanUp() {
        ENGINE.mode(Mode.PASS);
        workloads.close();
    }

    @AfterAll
    static void stop() {
        OPERATOR.close();
        ENGINE.close();
    }

    private static void startOperator() {
        if (!OPERATOR.isAlive()) {
            OPERATOR.start();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "SILENT"})
    void withoutAnEngineAtItsStartItWaitsAndTellsSo(Mode mode) {
        if (OPERATOR.isAlive()) {
            OPERATOR.stop();
        }
        ENGINE.mode(mode);
        OPERATOR.start();
        workloads.apply("web", 3);

        workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
        assertThat(workloads.condition("web", "Degraded"))
                .get()
                .extracting("message")
                .asString()
                .contains("docker info");

        ENGINE.mode(Mode.PASS);
        workloads.awaitRunning("web", 3);
        workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSE", "SILENT"})
    void anEngineThatComesBackFindsItsReplicasUntouched(Mode mode) {
        startOperator();
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);
        var before = workloads.runningIds("web");
        try (var census = new Census(workloads, "web")) {
            ENGINE.mode(mode);
            workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
            assertThat(OPERATOR.isAlive()).isTrue();
            assertThat(workloads.get("web").getStatus().readyReplicas())
                    .as("unknown, which is neither zero nor what was seen before")
                    .isNull();
            assertThat(workloads.get("web").getStatus().replicas())
                    .as("of the scale subresource, which knows no unknown")
                    .isEqualTo(3);

            ENGINE.mode(Mode.PASS);
            workloads.awaitCondition("web", "Degraded", "False", "AsExpected", SOON);
            workloads.scale("web", 4);
            workloads.awaitRunning("web", 4);
            assertThat(workloads.runningIds("web")).containsAll(before);
            assertThat(census.caughtUp().starts()).isEqualTo(1);
            assertThat(OPERATOR.log()).as("an outage is no defect").doesNotContain(" ERROR ");
        }
    }

    @Test
    void aDeletionDuringTheOutageReportsWhyItWaitsAndContinuesAfterwards() {
        startOperator();
        workloads.apply("web", 3);
        workloads.awaitRunning("web", 3);
        ENGINE.mode(Mode.REFUSE);

        workloads.delete("web");

        workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
        assertThat(workloads.running("web")).hasSize(3);
        ENGINE.mode(Mode.PASS);
        workloads.awaitGone("web");
    }

    @Test
    void anEngineThatFallsSilentInTheMiddleOfAScaleUpEndsWithExactlyAsManyAsWanted() {
        startOperator();
        workloads.apply("web", 0);
        workloads.awaitRunning("web", 0);
        try (var census = new Census(workloads, "web")) {
            workloads.scale("web", 30);
            await().pollInterval(Duration.ofMillis(10)).until(() -> census.alive() >= 8);
            ENGINE.mode(Mode.SILENT);
            workloads.awaitCondition("web", "Degraded", "True", "EngineUnreachable", SOON);
            System.out.printf("engine silent with %d of 30 running%n", census.alive());
            await("ten seconds of silence")
                    .atMost(SOON)
                    .during(Duration.ofSeconds(10))
                    .until(() -> census.alive() <= 30);
            ENGINE.mode(Mode.PASS);

            workloads.awaitRunning("web", 30);
            assertThat(census.caughtUp().most()).isEqualTo(30);
            assertThat(census.doubles()).isEmpty();
            assertThat(census.starts()).isEqualTo(30);
            assertThat(OPERATOR.log()).as("an outage is no defect").doesNotContain(" ERROR ");
        }
    }
}
