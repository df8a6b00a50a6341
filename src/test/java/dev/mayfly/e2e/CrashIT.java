package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.scenario.KilledScaleUp;
import dev.mayfly.testing.Census;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The operator ends, by force or in order, and comes back. */
class CrashIT {
    /** Until the test says so. */
    private static final String ONE_WAITS = "[ $HOSTNAME != web-0 ] || until [ -e /tmp/go ]; do sleep 0.1; done";

    private static final OperatorProcess OPERATOR = new OperatorProcess("crash");

    private Workloads workloads;

    @BeforeEach
    void start() {
        workloads = new Workloads("crash");
        startOperator();
    }

    @AfterEach
    void cleanUp() {
        startOperator();
        workloads.close();
    }

    @AfterAll
    static void stop() {
        OPERATOR.close();
    }

    private static void startOperator() {
        if (!OPERATOR.isAlive()) {
            OPERATOR.start();
        }
    }

    /** At each of 20 steps: {@code make soak}. */
    @RepeatedTest(2)
    void killedAtARandomMomentOfAScaleUpItEndsWithExactlyAsManyAsWanted() {
        System.out.println(new KilledScaleUp(OPERATOR, 12, new Random().nextInt(12)).run(workloads));
    }

    @Test
    void stoppedAndStartedAgainItChangesNoContainer() {
        workloads.apply(Workloads.isolated("web", 10));
        workloads.awaitRunning("web", 10);
        var before = workloads.runningIds("web");
        try (var census = new Census(workloads, "web")) {
            OPERATOR.stop();
            assertThat(workloads.runningIds("web")).isEqualTo(before);

            var ready = OPERATOR.start();

            System.out.printf("operator with 10 replicas running: start to ready %.2f s%n", ready.toMillis() / 1000.0);
            workloads.scale("web", 11); // it is at work again
            workloads.awaitRunning("web", 11);
            assertThat(workloads.runningIds("web")).containsAll(before);
            assertThat(census.caughtUp().starts()).isEqualTo(1);
        }
    }

    @Test
    void killedInTheMiddleOfADeletionItFinishesIt() {
        workloads.apply(Workloads.isolated("web", 20)
                .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 300")
                .replace("[tail, -f, /dev/null]", "[sh, -c, 'trap \"exit 0\" TERM; while :; do sleep 0.1; done']")
                .replace(
                        "    image:",
                        "    lifecycle: {preStop: {exec: {command: [sh, -c, '" + ONE_WAITS + "']}}}\n    image:"));
        workloads.awaitRunning("web", 20);
        workloads.delete("web");
        await().until(() -> workloads.containers("web").size() < 20);
        OPERATOR.kill9();
        assertThat(workloads.get("web")).as("its finalizer holds it").isNotNull();

        OPERATOR.start();
        var waits = workloads.running("web").stream()
                .filter(replica -> replica.getLabels().get("mayfly.dev/slot").equals("0"))
                .findFirst()
                .orElseThrow();
        Docker.end(waits.getId(), "touch", "/tmp/go");

        workloads.awaitGone("web");
    }

    @Test
    void twoInstallationsOnOneEngineLeaveEachOtherAlone() {
        OPERATOR.stop();
        var theirs = new Workloads("crash-theirs");
        try (var one = installation("crash-one", workloads);
                var other = installation("crash-other", theirs)) {
            one.start();
            other.start();
            workloads.apply("web", 3);
            theirs.apply("web", 3);
            theirs.apply("lost", 1);
            workloads.awaitRunning("web", 3);
            theirs.awaitRunning("web", 3);
            theirs.awaitRunning("lost", 1);
            try (var census = new Census(workloads, "web")) {
                theirs.scale("web", 1);
                theirs.awaitRunning("web", 1);
                other.stop();
                theirs.stripFinalizers("lost");
                theirs.delete("lost");
                other.start();
                theirs.awaitGone("lost"); // by a sweep, beside resources that it does not watch
                theirs.close();
                assertThat(theirs.containers("web")).isEmpty();

                // several sweeps (2 s) of both
                await().during(Duration.ofSeconds(5)).until(() -> census.alive() == 3);
                assertThat(census.starts()).isZero();
            }
            workloads.close();
        }
    }

    private static OperatorProcess installation(String name, Workloads workloads) {
        return new OperatorProcess(name)
                .with("MAYFLY_SWEEP_INTERVAL", "2s")
                .with("QUARKUS_OPERATOR_SDK_NAMESPACES", workloads.namespace());
    }
}
