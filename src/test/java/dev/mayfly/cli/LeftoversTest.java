package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    @TempDir
    private Path directory;

    /** Objects on the engine and records of pulls are looked up apart, and both lookups fail. */
    @Test
    void anEngineThatDoesNotAnswerIsReportedOnce() throws IOException {
        var out = new StringWriter();
        var err = new StringWriter();
        // an API server without any objects: the paths of lists end in s
        try (var cluster = new FakeEngine()
                .answer("/version", "{'major':'1','minor':'34','gitVersion':'v1.34.4'}")
                .answer("s", "{'apiVersion':'v1','kind':'List','items':[]}")) {
            var exit = MayflyCommand.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(
                            "leftovers",
                            "--host",
                            "unix:///nowhere.sock",
                            "--kubeconfig",
                            kubeconfig(cluster.address().replace("tcp:", "http:")));

            assertThat(exit).isEqualTo(Exit.FAILED);
        }
        assertThat(err.toString().lines().filter(line -> line.contains("No engine answers at unix:///nowhere.sock")))
                .hasSize(1);
        assertThat(err.toString())
                .contains("Nothing was found where it could be looked at")
                .doesNotContain("The cluster refused", "No cluster was asked");
    }

    private String kubeconfig(String server) throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                        apiVersion: v1
                        kind: Config
                        current-context: fake
                        contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                        clusters: [{name: fake, cluster: {server: "%s"}}]
                        users: [{name: fake, user: {token: abc}}]
                        """.formatted(server))
                .toString();
    }
}
