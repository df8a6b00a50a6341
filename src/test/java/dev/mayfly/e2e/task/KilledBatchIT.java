package dev.mayfly.e2e.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.scenario.KilledBatch;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.PrivateEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tasks whose operator is killed, and whose engine ends. */
class KilledBatchIT {
    private static final String NAME = "killed-batch";
    private static final Workloads WORKLOADS = new Workloads(NAME);
    private static PrivateEngine engine;
    private static OperatorProcess operator;

    @BeforeAll
    static void start() throws IOException {
        engine = new PrivateEngine("busybox:1.36");
        operator = new OperatorProcess(NAME).with("DOCKER_HOST", engine.address());
        operator.start();
    }

    @AfterAll
    static void end() throws IOException {
        operator.close();
        engine.close();
    }

    /** The second half of story I; in full, with 200 completions and 20 kills: {@code make soak}. */
    @Test
    void eachIndexIsCountedOnceAcrossKillsOfOperatorAndReplicas() throws Exception {
        System.out.println(new KilledBatch(operator, engine, 30, 3).run(WORKLOADS));
    }

    @Test
    void whatTheEngineLostIsRunAgainAndCountsNeitherWay() throws IOException {
        var tasks = Tasks.beside(WORKLOADS);
        var shared = Path.of("/srv/mayfly", WORKLOADS.namespace(), "lost");
        tasks.apply(Tasks.manifest(
                "lost",
                "completions: 2\nparallelism: 2\nbackoffLimit: 0\n",
                "until [ -e /shared/go ]; do sleep 0.1; done",
                """
                volumes: [{name: shared, hostPath: {path: %s, type: DirectoryOrCreate}}]
                volumeMounts: [{name: shared, mountPath: /shared}]
                """.formatted(shared)));
        await("both run")
                .until(() -> engine.containers().stream()
                                .filter(container -> container.getState().equals("running"))
                                .count()
                        == 2);

        engine.kill();
        engine.start();
        Files.createFile(shared.resolve("go"));

        tasks.awaitComplete("lost");
        assertThat(tasks.results("lost"))
                .extracting(ResultStatus::index, ResultStatus::attempt, ResultStatus::exitCode, ResultStatus::reason)
                .containsExactlyInAnyOrder(
                        tuple(0, 2, 0, "Completed"),
                        tuple(1, 2, 0, "Completed"),
                        tuple(0, 1, null, "EngineLost"),
                        tuple(1, 1, null, "EngineLost"));
        assertThat(tasks.status("lost").orElseThrow().failed()).isZero();
        await("nothing is left").until(() -> engine.containers().isEmpty());
        OperatorScenario.erase(shared.getParent());
    }
}
