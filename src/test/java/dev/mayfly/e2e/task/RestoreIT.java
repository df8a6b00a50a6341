package dev.mayfly.e2e.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.docs.BlocksRunBy;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/operate/backup.md, on a cluster that loses its resources. */
class RestoreIT extends TaskScenario {
    /** Instead of it the test stops and starts its own. */
    private static final String OPERATOR = "kubectl -n mayfly-system scale deployment/mayfly --replicas=";

    /** As a new cluster would have none of them. */
    private static final String LOSE = """
            kubectl patch -f mayfly.json --type=merge -p '{"metadata": {"finalizers": null}}'
            kubectl delete -f mayfly.json
            """;

    @TempDir
    private Path directory;

    RestoreIT() {
        super("restore", new OperatorProcess("restore").with("MAYFLY_SWEEP_INTERVAL", "2s"));
    }

    /** A test that failed may have left none, which would be waited for. */
    @AfterAll
    @Override
    protected void leaveNoTask() {
        operator.ensureRunning();
        super.leaveNoTask();
    }

    @AfterAll
    void leaveNoPolicy() {
        kubectl.run("delete", "-f", "deploy/samples/image-policy.yaml", "--ignore-not-found");
    }

    @Test
    void whatWasCompleteIsNotRunAgainAndTheRestRuns() throws IOException {
        var blocks = BlocksRunBy.test(RestoreIT.class);
        assertThat(blocks).hasSize(2);
        var restore = blocks.getLast().lines().toList();
        assertThat(restore.getFirst()).isEqualTo(OPERATOR + 0);
        assertThat(restore.getLast()).isEqualTo(OPERATOR + 1);
        kubectl.run("apply", "-f", "deploy/samples/image-policy.yaml");
        workloads.apply(Workloads.isolated("web", 2));
        tasks.apply(Tasks.manifest(
                "batch",
                "completions: 4\nparallelism: 2\n",
                RAN + "[ $MAYFLY_INDEX -lt 2 ] || until [ -e /shared/go ]; do sleep 0.1; done\n",
                shared("batch")));
        await("a half is complete, the other runs").atMost(SOON).untilAsserted(() -> {
            assertThat(completed()).isEqualTo("0-1");
            assertThat(lines("batch", "ran")).containsExactlyInAnyOrder("0", "1", "2", "3");
        });
        workloads.awaitRunning("web", 2);
        var before = workloads.runningIds("web");

        run(blocks.getFirst());
        operator.stop();
        run(LOSE);
        assertThat(workloads.names()).isEmpty();
        run(commands(restore.subList(1, restore.size() - 1)));
        assertThat(completed()).isEqualTo("0-1");
        operator.start();

        await("other attempts of the rest run")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(lines("batch", "ran")).hasSize(6));
        touch("batch", "go");
        tasks.awaitComplete("batch");
        assertThat(lines("batch", "ran")).containsExactlyInAnyOrder("0", "1", "2", "3", "2", "3");
        await("the replicas are the new workload's, and the old one's are removed")
                .atMost(SOON)
                .until(() -> workloads.runningIds("web").stream().noneMatch(before::contains));
        workloads.awaitRunning("web", 2);
        kubectl.run("get", "-f", "deploy/samples/image-policy.yaml");
    }

    private String completed() {
        return tasks.status("batch").map(EphemeralTaskStatus::completedIndexes).orElse("");
    }

    private static String commands(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private void run(String commands) throws IOException {
        Files.writeString(directory.resolve("kubeconfig"), Cluster.kubeconfig());
        Files.writeString(directory.resolve("commands.sh"), "set -euo pipefail\n" + commands);
        var result = Cli.shell("export KUBECONFIG=" + directory + "/kubeconfig PATH=$PATH:$PWD/.local/bin && cd "
                + directory + " && exec bash commands.sh");
        assertThat(result.code()).as(result.output()).isZero();
    }
}
