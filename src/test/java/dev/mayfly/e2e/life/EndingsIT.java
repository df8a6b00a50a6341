package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus.TerminationStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.engine.Docker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** status.lastTerminations reports every way in which a replica can end. */
class EndingsIT extends OperatorScenario {
    /** Ends as the file /tmp/end says, and when it is asked to unless there is /tmp/deaf. */
    private static final String OBEDIENT = """
            image: busybox:1.36
            network: None
            command: [sh, -c, 'trap "[ -e /tmp/deaf ] || exit 5" TERM; while [ ! -e /tmp/end ]; do sleep 0.1; done; exit $(cat /tmp/end)']
            """;

    EndingsIT() {
        super("endings");
    }

    @AfterEach
    void leaveNothingRunning() {
        gone("web");
    }

    @Test
    void anExitCodeOfItsOwnIsAnError() {
        var first = running("web", 1, OBEDIENT);

        endsWith3(first);

        assertThat(termination(1)).satisfies(end -> {
            assertThat(end.replica()).isEqualTo("web-0");
            assertThat(end.exitCode()).isEqualTo(3);
            assertThat(end.signal()).isNull();
            assertThat(end.reason()).isEqualTo("Error");
            assertThat(end.message()).isEqualTo("PID 1 ended with exit code 3.");
        });
    }

    @Test
    void exitCode255IsAFailureWithBackOffUnlessTheEngineStopped() {
        workloads.apply(workload("web", 1, "image: busybox:1.36\nnetwork: None\ncommand: [sh, -c, exit 255]\n"));

        assertThat(termination(1)).satisfies(end -> {
            assertThat(end.exitCode()).isEqualTo(255);
            assertThat(end.reason()).isEqualTo("Error");
        });
        workloads.awaitCondition("web", "Degraded", "True", "CrashLoopBackOff", SOON);
    }

    @Test
    void sigkillFromInsideDoesNothingAndASignalItHandlesEndsIt() {
        var first = running("web", 1, OBEDIENT);
        assertThat(Docker.exec(first.getId(), "kill", "-KILL", "1"))
                .as("the kernel takes it")
                .isZero();
        await().during(Duration.ofSeconds(1)).until(() -> runs(first));

        Docker.end(first.getId(), "kill", "-TERM", "1");

        assertThat(termination(1)).satisfies(end -> {
            assertThat(end.exitCode()).isEqualTo(5);
            assertThat(end.reason()).isEqualTo("Error");
        });
    }

    @Test
    void aKillFromOutsideIsReported() {
        var first = running("web", 1, OBEDIENT);

        Docker.client().killContainerCmd(first.getId()).exec();

        assertThat(termination(1)).satisfies(end -> {
            assertThat(end.exitCode()).isEqualTo(137);
            assertThat(end.signal()).isEqualTo("SIGKILL");
            assertThat(end.reason()).isEqualTo("Killed");
        });
    }

    @Test
    void aRemovalByForceIsReportedWithTheExitCode() {
        var first = running("web", 1, OBEDIENT);

        Docker.client().removeContainerCmd(first.getId()).withForce(true).exec();

        assertThat(termination(1)).satisfies(end -> {
            assertThat(end.exitCode()).isEqualTo(137);
            assertThat(end.reason()).isEqualTo("Removed");
        });
    }

    @Test
    void outOfMemoryIsReported() {
        var first = running("web", 1, """
                image: busybox:1.36
                network: None
                resources: {limits: {memory: 24Mi}}
                command: [sh, -c, 'while [ ! -e /dev/shm/end ]; do sleep 0.1; done; exec tail /dev/zero']
                """);

        Docker.end(first.getId(), "touch", "/dev/shm/end");

        assertThat(termination(1)).satisfies(end -> {
            assertThat(end.reason()).isEqualTo("OOMKilled");
            assertThat(end.exitCode()).isEqualTo(137);
        });
    }

    @Test
    void theTerminationReportsWhetherTheStopWasGraceful() {
        workloads.apply(workload("web", 2, OBEDIENT)
                .replace("terminationGracePeriodSeconds: 1", "terminationGracePeriodSeconds: 6"));
        workloads.awaitRunning("web", 2);
        var stubborn = workloads.running("web").stream()
                .filter(c -> c.getLabels().get("mayfly.dev/slot").equals("1"))
                .findFirst()
                .orElseThrow();
        assertThat(Docker.exec(stubborn.getId(), "touch", "/tmp/deaf")).isZero();

        workloads.scale("web", 0);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(terminations())
                        .extracting(TerminationStatus::replica, TerminationStatus::reason, TerminationStatus::exitCode)
                        .containsExactlyInAnyOrder(tuple("web-0", "Stopped", 5), tuple("web-1", "GraceExceeded", 137)));
    }

    @Test
    void writesAndOutputAreReportedWithTheTerminationAndNoTerminatedContainerIsKept() {
        var manifest = workload(
                        "web", 1, OBEDIENT.replace("exit $(", "echo going; exit $(") + "outputPolicy: OnFailure\n")
                .replace("spec:\n", "spec:\n  terminatedHistoryLimit: 0\n  ephemerality: {mode: Audit}\n");
        workloads.apply(manifest);
        workloads.awaitRunning("web", 1);
        var first = workloads.running("web").getFirst();

        assertThat(Docker.exec(first.getId(), "sh", "-c", "echo lost >/etc/lost"))
                .isZero();
        endsWith3(first);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(termination(1).message()).endsWith("Its last output:\ngoing"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(termination(1).writes()).contains("/etc/lost"));
        workloads.awaitRunning("web", 1); // and nothing besides
    }

    @Test
    void aTerminationWhileNoOperatorRunsIsReportedByTheNextOne() {
        var first = running("web", 1, OBEDIENT);
        operator.kill9();
        endsWith3(first);
        await().until(() -> !runs(first));

        operator.start();

        assertThat(termination(1).exitCode()).isEqualTo(3);
    }

    @Test
    void aTerminationThatWasNotReportedBeforeTheOperatorWasKilledIsReportedByTheNextOne() {
        workloads.apply(workload("web", 1, OBEDIENT).replace("spec:\n", "spec:\n  terminatedHistoryLimit: 0\n"));
        workloads.awaitRunning("web", 1);
        var first = workloads.running("web").getFirst();
        Cluster.pause();
        try {
            endsWith3(first);
            await().atMost(SOON)
                    .until(() -> workloads.running("web").stream()
                            .anyMatch(c -> !c.getId().equals(first.getId()))); // it was seen, and healed
            operator.kill9();
        } finally {
            Cluster.unpause();
        }

        operator.start();

        assertThat(termination(1).exitCode()).isEqualTo(3);
        workloads.awaitRunning("web", 1); // and the dead one goes
    }

    /** The file is there with what is in it, or not at all. */
    private static void endsWith3(Container replica) {
        Docker.end(replica.getId(), "sh", "-c", "echo 3 >/tmp/code; mv /tmp/code /tmp/end");
    }

    /** Waits for the end of the first replica. */
    private TerminationStatus termination(int attempt) {
        return await("attempt " + attempt + " is in lastTerminations")
                .atMost(SOON)
                .until(
                        () -> terminations().stream()
                                .filter(end -> end.attempt() == attempt)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private List<TerminationStatus> terminations() {
        var status = workloads.get("web").getStatus();
        return status == null || status.lastTerminations() == null ? List.of() : status.lastTerminations();
    }

    private boolean runs(Container container) {
        return workloads.runningIds("web").contains(container.getId());
    }
}
