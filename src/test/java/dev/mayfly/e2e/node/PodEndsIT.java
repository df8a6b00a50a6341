package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How replicas and attempts ended, as their Pods and kubectl tell it. */
class PodEndsIT extends NodeScenario {
    private static final String AWAIT_GO = "until [ -e /tmp/go ]; do sleep 0.1; done";

    private final Tasks tasks = Tasks.beside(workloads);

    PodEndsIT() {
        super("podends");
    }

    @AfterEach
    void leaveNoTask() {
        operator.ensureRunning();
        for (var name : tasks.names()) {
            tasks.delete(name);
            tasks.awaitGone(name);
        }
    }

    @Test
    void theLastEndIsDescribed() {
        workloads.apply(workload("web", 1, """
                image: busybox:1.36
                command: [sh, -c, "echo begun; touch /written; sleep 8; echo it is over; exit 3"]
                outputPolicy: OnFailure
                """).replace("  rollout:", "  ephemerality: {mode: Audit}\n  rollout:"));
        ready("web-0");

        await("it has ended and its successor runs")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(pod("web-0")
                                .getStatus()
                                .getContainerStatuses()
                                .getFirst()
                                .getLastState()
                                .getTerminated())
                        .isNotNull()
                        .extracting(ContainerStateTerminated::getExitCode)
                        .isEqualTo(3));
        await("with its last words")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(kubectl.run("describe", "pod", "web-0")
                                .lines()
                                .map(String::strip)
                                .toList())
                        .anyMatch(line -> line.contains("it is over"))
                        .anyMatch(line -> line.startsWith("Last State:") && line.endsWith("Terminated"))
                        .anyMatch(line -> line.startsWith("Exit Code:") && line.endsWith(" 3")));
        await("its workload tells it")
                .atMost(SOON)
                .until(() -> !workloads.terminations("web").isEmpty());
        await("and what it wrote")
                .atMost(SOON)
                .until(() -> kubectl.run("describe", "ew", "web")
                        .replaceAll("\\s+", " ")
                        .contains("Writes: /written"));
        var workload = kubectl.run("describe", "ew", "web");
        assertThat(workload).contains("Last Terminations:", "it is over");
        assertThat(workload.lines().map(String::strip).toList())
                .anyMatch(line -> line.startsWith("Exit Code:") && line.endsWith(" 3"));
    }

    @Test
    void anIndexThatSucceedsIsAPodThatSucceeded() {
        tasks.apply(Tasks.manifest("once", "cleanupPolicy: Never\n", "echo done; " + AWAIT_GO));
        goesOnceItsPodRuns("once");
        tasks.awaitComplete("once");

        ends("once-0", "Succeeded", 0, "Completed");
        tasks.awaitContainers("once", 1);
        assertThat(kubectl.run("logs", "once-0")).isEqualTo("done");
        assertThat(kubectl.run("get", "pod", "once-0", "--no-headers")).matches("once-0 +0/1 +Completed +0 .*");
        forgotten("once");
    }

    @Test
    void anIndexThatFailsIsAPodThatFailed() {
        tasks.apply(Tasks.manifest(
                "never", "backoffLimit: 0\ncleanupPolicy: Never\n", "echo broken; " + AWAIT_GO + "; exit 7"));
        goesOnceItsPodRuns("never");
        tasks.awaitFailed("never", "BackoffLimitExceeded");

        ends("never-0", "Failed", 7, "Error");
        tasks.awaitContainers("never", 1);
        assertThat(kubectl.run("logs", "never-0")).isEqualTo("broken");
        assertThat(kubectl.run("get", "pod", "never-0", "--no-headers")).matches("never-0 +0/1 +Error +0 .*");
        forgotten("never");
    }

    /** That is no failure of the attempt: none is allowed here. */
    @Test
    void aDeletedPodOfATaskIsAnotherAttemptAtItsIndex() {
        tasks.apply(Tasks.manifest("again", "backoffLimit: 0\ncleanupPolicy: Never\n", AWAIT_GO));
        await("its Pod runs").atMost(SOON).until(() -> "Running".equals(phase("again-0")));
        var first = tasks.running("again").getFirst().getId();

        kubectl.run("delete", "pod", "again-0", "--timeout=180s");

        goesOnceItsPodRuns("again");
        tasks.awaitComplete("again");
        ends("again-0", "Succeeded", 0, "Completed");
        assertThat(tasks.containers("again"))
                .isNotEmpty()
                .noneMatch(container -> container.getId().equals(first));
        assertThat(tasks.status("again")).hasValueSatisfying(status -> {
            assertThat(status.succeeded()).isEqualTo(1);
            assertThat(status.failed()).isZero();
            assertThat(status.completedIndexes()).isEqualTo("0");
        });
        forgotten("again");
    }

    @Test
    void aTaskThatWantsNoPodsHasNoneAndSaysSo() {
        tasks.apply(Tasks.manifest("unseen", "mirrorPods: false\n", AWAIT_GO));
        tasks.awaitCondition("unseen", "PodsMirrored", "False", "MirrorsDisabled", SOON);
        tasks.awaitRunning("unseen", 1);
        shows("seen", 1, STAYS); // what was written before that is there by now

        assertThat(pods()).extracting(pod -> pod.getMetadata().getName()).containsExactly("seen-0");
        Docker.end(tasks.running("unseen").getFirst().getId(), "touch", "/tmp/go");
        tasks.awaitComplete("unseen");
    }

    private void goesOnceItsPodRuns(String task) {
        await("its Pod runs").atMost(SOON).until(() -> "Running".equals(phase(task + "-0")));
        Docker.end(tasks.running(task).getFirst().getId(), "touch", "/tmp/go");
    }

    private void ends(String pod, String phase, int code, String reason) {
        await(pod + " is " + phase).atMost(SOON).untilAsserted(() -> {
            assertThat(phase(pod)).isEqualTo(phase);
            var end = pod(pod).getStatus()
                    .getContainerStatuses()
                    .getFirst()
                    .getState()
                    .getTerminated();
            assertThat(end).isNotNull();
            assertThat(end.getExitCode()).isEqualTo(code);
            assertThat(end.getReason()).isEqualTo(reason);
            assertThat(end.getFinishedAt()).isNotEmpty();
        });
    }

    /** Null: there is no such Pod. */
    private String phase(String name) {
        var pod = pod(name);
        return pod == null ? null : pod.getStatus().getPhase();
    }

    /** A deleted task has no Pod, although its container was kept. */
    private void forgotten(String task) {
        tasks.delete(task);
        tasks.awaitGone(task);
        await().atMost(SOON).untilAsserted(() -> assertThat(pods()).isEmpty());
    }
}
