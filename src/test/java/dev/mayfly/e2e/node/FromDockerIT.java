package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.docs.FromDocker;
import dev.mayfly.docs.FromDocker.Row;
import dev.mayfly.e2e.Terminal;
import dev.mayfly.e2e.image.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each row of docs/from-docker.md: both commands do what the row says, in the order of the page. */
class FromDockerIT extends NodeScenario {
    /** Text in the output of the row's two commands, in this order. */
    private static final Map<String, String> SEEN = Map.of(
            "List images", "busybox",
            "Run something once and keep nothing", "hello",
            "Run a shell once", "in 42 shells",
            "List what runs", "web",
            "List the dead as well", "web",
            "Read the output", "said by PID 1",
            "Run a command inside", "tail -f /dev/null",
            "Enter", "in 42 shells");

    /** Of which the terminal echoes other words than the shell says. */
    private static final String TYPED = "echo in $((40+2)) shells\nexit\n";

    /** To the output of PID 1, as the samples print nothing themselves. */
    private static final String SAY = "echo said by PID 1 >/proc/1/fd/1";

    @TempDir
    private Path directory;

    /** The container of web-0 that is about to be killed. */
    private String killed;

    FromDockerIT() {
        super("fromdocker");
    }

    @AfterEach
    void leaveNothingOfDockers() {
        Cli.tried("rm", "-f", "web", "kept");
        Cli.tried("volume", "rm", "kept");
        Cli.tried("rmi", "lesson:1");
    }

    @Test
    void eachCommandHasItsTwin() throws IOException {
        var terminal = new Terminal(directory, workloads.namespace());
        var rows = FromDocker.rows();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(16);
        for (var row : rows) {
            prepare(row);
            seen(row, terminal, row.docker());
            seen(row, terminal, row.mayfly());
            follow(row);
        }
    }

    private void prepare(Row row) {
        switch (row.task()) {
            case "Run a command inside" -> ready("web-0");
            case "Read the output" -> {
                ready("web-0");
                Cli.docker("exec", "web", "sh", "-c", SAY);
                kubectl.run("exec", "web-0", "--", "sh", "-c", SAY);
                await("both have said it").atMost(SOON).until(() -> said("web") && said(container()));
            }
            case "See what was written" -> {
                Cli.docker("exec", "web", "touch", "/written");
                assertThat(kubectl.overSpdy()
                                .tried("exec", "web-0", "--", "touch", "/written")
                                .output())
                        .contains("Read-only file system");
                kubectl.run("exec", "web-0", "--", "touch", "/tmp/written");
            }
            case "Kill from outside" -> killed = container();
            default -> {}
        }
    }

    /** The ID of web-0's. */
    private String container() {
        var id = ready("web-0").getStatus().getContainerStatuses().getFirst().getContainerID();
        return id.substring("docker://".length());
    }

    private static boolean said(String container) {
        return Cli.docker("logs", container).contains(SEEN.get("Read the output"));
    }

    private void seen(Row row, Terminal terminal, String command) throws IOException {
        var removesImage = row.task().equals("Remove an image");
        if (removesImage) {
            Cli.imageFromBusybox("lesson:1");
        }
        var typed = command.replace("default", workloads.namespace());
        var result = command.contains(" -it ") ? terminal.interactive(typed, TYPED) : terminal.run(typed);
        assertThat(result.code()).as(command + ": " + result.output()).isZero();
        assertThat(result.output()).as(command).contains(SEEN.getOrDefault(row.task(), ""));
        if (removesImage) {
            assertThat(Cli.tried("image", "inspect", "lesson:1").code())
                    .as(command)
                    .isNotZero();
        }
        if (row.task().equals("See what was written")) {
            // a replica can write to volumes and scratch only, which are no difference
            assertThat(result.output())
                    .as(command)
                    .contains(command.startsWith("docker") ? "A /written" : "wrote 0 paths outside of volumes")
                    .doesNotContain("/tmp/written");
        }
    }

    private void follow(Row row) {
        switch (row.task()) {
            case "Run in the background", "Keep a directory" -> workloads.awaitRunning("web", 3);
            case "Run a shell once", "Run something once and keep nothing" ->
                await(row.task()).atMost(SOON).until(() -> pods().isEmpty());
            case "Kill from outside" -> {
                assertThat(runs("web")).isEqualTo("false");
                await("web-0 is another container")
                        .atMost(SOON)
                        .until(() -> !workloads.runningIds("web").contains(killed)
                                && !container().equals(killed));
                workloads.awaitRunning("web", 3);
            }
            case "Copy a file out" -> {
                assertThat(directory.resolve("docker-host")).isNotEmptyFile();
                assertThat(directory.resolve("mayfly-host")).hasContent("web-0\n");
            }
            case "Stop" -> {
                assertThat(runs("kept")).isEqualTo("false");
                workloads.awaitRunning("web", 0);
                assertThat(workloads.containers("web")).isEmpty();
                await("there are no Pods").atMost(SOON).until(() -> pods().isEmpty());
            }
            case "Remove" -> {
                workloads.awaitGone("web");
                assertThat(Cli.tried("inspect", "web").code()).isNotZero();
            }
            default -> {}
        }
    }

    private static String runs(String container) {
        return Cli.docker("inspect", "--format={{.State.Running}}", container);
    }
}
