package dev.mayfly.e2e.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Census;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code docker run --rm} as a resource: it runs, its output can be read, and nothing is left. */
class TaskIT extends TaskScenario {
    private static final String WHALESAY = "docker/whalesay:latest";

    private boolean standIn;

    TaskIT() {
        super("task");
    }

    @AfterAll
    void removeStandIn() {
        if (standIn) {
            Cli.docker("rmi", "-f", WHALESAY);
        }
    }

    @Test
    void helloIsReadAfterItsContainerIsRemoved() {
        kubectl.run("apply", "-f", "deploy/samples/hello.yaml");
        kubectl.run("wait", "--for=condition=Complete", "et/hello", "--timeout=180s");

        tasks.awaitContainers("hello", 0);
        assertThat(tasks.results("hello"))
                .singleElement()
                .satisfies(result -> assertThat(result)
                        .extracting(
                                ResultStatus::index,
                                ResultStatus::attempt,
                                ResultStatus::exitCode,
                                ResultStatus::reason,
                                ResultStatus::message)
                        .containsExactly(0, 1, 0, "Completed", "Hello Docker"));
        var table = kubectl.run("get", "et", "hello").lines().toList();
        assertThat(table.getFirst().split(" +"))
                .containsExactly("NAME", "COMPLETE", "OF", "ACTIVE", "FAILED", "REASON", "AGE");
        assertThat(table.getLast().split(" +")).startsWith("hello", "1", "1", "0", "0", "CompletionsReached");
        Networks.awaitGone(workloads.namespace(), operator);
        assertThat(Docker.containers(Map.of("mayfly.dev/namespace", workloads.namespace())))
                .isEmpty();
        taskGone("hello");
    }

    @Test
    void oneThatFailsTwiceAndThenSucceedsLeavesNothing() {
        tasks.apply(Tasks.manifest(
                "third-time", "backoff: {initialDelaySeconds: 1, stableSeconds: 1}\n", """
                echo $MAYFLY_INDEX >>/shared/ran
                n=$(wc -l </shared/ran)
                echo "attempt $n"
                [ $n -ge 3 ]
                """, shared("third-time")));

        tasks.awaitComplete("third-time");

        tasks.awaitContainers("third-time", 0);
        var status = tasks.status("third-time").orElseThrow();
        assertThat(status.failed()).isEqualTo(2);
        assertThat(status.succeeded()).isEqualTo(1);
        assertThat(status.results())
                .extracting(ResultStatus::attempt, ResultStatus::exitCode, ResultStatus::message)
                .containsExactly(tuple(3, 0, "attempt 3"), tuple(2, 1, "attempt 2"), tuple(1, 1, "attempt 1"));
        taskGone("third-time");
    }

    @Test
    void aFailedTaskKeepsOneTerminatedContainerWithItsLogs() {
        tasks.apply(Tasks.manifest("broken", """
                backoffLimit: 2
                backoff: {initialDelaySeconds: 1, stableSeconds: 1}
                """, "echo all is lost; exit 3\n"));

        tasks.awaitFailed("broken", "BackoffLimitExceeded");

        tasks.awaitContainers("broken", 1);
        var kept = tasks.containers("broken").getFirst();
        assertThat(kept.getState()).isEqualTo("exited");
        assertThat(logs(kept)).isEqualTo("all is lost");
        assertThat(tasks.status("broken").orElseThrow().failed()).isEqualTo(3);
        assertThat(tasks.results("broken"))
                .hasSize(3)
                .allSatisfy(result -> assertThat(result.exitCode()).isEqualTo(3));
        assertThat(kubectl.run("get", "et", "broken").lines().toList().getLast().split(" +"))
                .startsWith("broken", "0", "1", "0", "3", "BackoffLimitExceeded");
        taskGone("broken");
    }

    @Test
    void eachAttemptGetsItsIndex() {
        tasks.apply(Tasks.manifest("indexed", "completions: 5\nparallelism: 3\n", "echo index $MAYFLY_INDEX, once\n"));

        tasks.awaitComplete("indexed");

        assertThat(tasks.status("indexed").orElseThrow().completedIndexes()).isEqualTo("0-4");
        assertThat(tasks.results("indexed"))
                .extracting(ResultStatus::message)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 5)
                        .mapToObj("index %d, once"::formatted)
                        .toList());
        taskGone("indexed");
    }

    @Test
    void aRefusedWriteStandsInItsResult() {
        tasks.apply(Tasks.manifest("writes", "backoffLimit: 0\n", "echo x >/etc/x\n"));

        tasks.awaitFailed("writes", "BackoffLimitExceeded");

        assertThat(tasks.results("writes"))
                .singleElement()
                .satisfies(result ->
                        assertThat(result.reason() + ": " + result.message()).contains("ReadOnlyFileSystem", "/etc/x"));
        taskGone("writes");
    }

    @Test
    void generatedNamesAreTasksOfTheirOwn() throws IOException {
        var manifest = Files.createTempFile("mayfly-task", ".yaml");
        Files.writeString(
                manifest,
                Tasks.manifest("again-", "", "echo once more\n").replace("{name: again-}", "{generateName: again-}"));
        var first = created(kubectl.run("create", "-f", manifest.toString()));
        var second = created(kubectl.run("create", "-f", manifest.toString()));
        Files.delete(manifest);

        assertThat(first).startsWith("again-").isNotEqualTo(second);
        tasks.awaitComplete(first);
        tasks.awaitComplete(second);
        taskGone(first);
        taskGone(second);
    }

    /** @param output such as {@code ephemeraltask.mayfly.dev/again-x7k2p created} */
    private static String created(String output) {
        return output.replaceAll("^.*/| created$", "");
    }

    @Test
    void aWorkloadOfTheSameNameIsNotDisturbed() {
        workloads.apply("twin", 2);
        workloads.awaitRunning("twin", 2);
        try (var census = new Census(workloads, "twin")) {
            tasks.apply(Tasks.manifest("twin", "completions: 10\nparallelism: 5\n", "sleep 0.2\n"));
            tasks.awaitComplete("twin");
            tasks.awaitContainers("twin", 0);
            taskGone("twin");
            assertThat(census.least()).isEqualTo(2);
            assertThat(census.starts()).isZero();

            tasks.apply(Tasks.manifest("twin", "", "while [ ! -e /shared/go ]; do sleep 0.1; done\n", shared("twin")));
            tasks.awaitRunning("twin", 1);
        }
        var attempt = tasks.runningIds("twin");
        gone("twin");
        assertThat(tasks.runningIds("twin")).isEqualTo(attempt);
        taskGone("twin");
    }

    @Test
    void cowsayIsKeptForItsLogsUntilItIsCollected() throws IOException {
        if (Cli.tried("image", "inspect", WHALESAY).code() != 0) {
            standIn = true;
            Cli.image(
                    WHALESAY,
                    "FROM busybox:1.36",
                    "RUN echo \"#!/bin/sh\" >/bin/cowsay && echo \"echo moo, \\$*\" >>/bin/cowsay && chmod 755 /bin/cowsay");
        }
        var sample = Files.readString(Path.of("deploy/samples/cowsay.yaml"));

        assertThat(sample).contains("ttlSecondsAfterFinished: 600");
        tasks.apply(sample);
        tasks.awaitComplete("cowsay");

        assertThat(tasks.containers("cowsay")).singleElement().satisfies(kept -> {
            assertThat(kept.getState()).isEqualTo("exited");
            assertThat(logs(kept)).contains("boo");
        });
        tasks.change("cowsay", "{\"ttlSecondsAfterFinished\": 1}");
        tasks.awaitGone("cowsay");
    }

    @Test
    void theBatchSampleRunsTenAtATime() {
        try (var census = new Census(tasks, "batch")) {
            kubectl.run("apply", "-f", "deploy/samples/batch.yaml");
            tasks.awaitCondition("batch", "Complete", "True", "CompletionsReached", SOON.multipliedBy(4));
            tasks.awaitContainers("batch", 0);

            await("the engine's events, which come after its answers, have told of all")
                    .atMost(SOON)
                    .until(census::starts, starts -> starts >= 100);
            assertThat(census.most()).isBetween(2, 10);
            assertThat(census.starts()).isEqualTo(100);
            assertThat(census.doubles()).isEmpty();
        }
        assertThat(tasks.results("batch")).hasSize(20);
        assertThat(tasks.status("batch").orElseThrow().completedIndexes()).isEqualTo("0-99");
        taskGone("batch");
    }
}
