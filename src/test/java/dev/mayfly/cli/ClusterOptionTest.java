package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.app.MayflyCommand;
import dev.mayfly.cli.Complaint.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Kubeconfigs are found and merged as kubectl does. */
class ClusterOptionTest {
    @TempDir
    Path directory;

    private String first;
    private String second;

    @BeforeEach
    void write() throws IOException {
        first = kubeconfig("first", "https://one:6443");
        second = kubeconfig("second", "https://two:6443");
    }

    @Test
    void theCurrentContextOfTheFirstFileWins() {
        assertThat(option().config(List.of(first, second)).orElseThrow().getMasterUrl())
                .isEqualTo("https://one:6443/");
    }

    @Test
    void aContextOfAnyFileCanBeSelected() {
        assertThat(option("--context", "second")
                        .config(List.of(first, second))
                        .orElseThrow()
                        .getMasterUrl())
                .isEqualTo("https://two:6443/");
    }

    @Test
    void anUnknownContextIsNamed() {
        var files = List.of(first, second);

        assertThatThrownBy(() -> option("--context", "third").config(files))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("There is no context 'third'");
    }

    @Test
    void missingFilesAndNoFilesAreNoCluster() {
        assertThat(option().config(List.of())).isEmpty();
        assertThat(option().config(List.of(
                        "", "/dev/null", directory.resolve("none").toString())))
                .isEmpty();
        assertThat(option().config(List.of(directory.resolve("none").toString(), second)))
                .isPresent();
    }

    @Test
    void aFileGivenAsAnOptionMustNameACluster() throws IOException {
        var empty =
                Files.writeString(directory.resolve("empty"), "kind: Config\n").toString();

        assertThatThrownBy(() -> option("--kubeconfig", "/nowhere").config(List.of("/nowhere")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("can't be read");
        assertThatThrownBy(() -> option("--kubeconfig", empty).config(List.of(empty)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("has no current context");
    }

    @Test
    void aFileThatIsNoKubeconfigIsNamed() throws IOException {
        var nonsense =
                Files.writeString(directory.resolve("nonsense"), "nonsense").toString();

        assertThatThrownBy(() -> option().config(List.of(nonsense)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("nonsense' is no kubeconfig");
    }

    @Test
    void aDefaultClusterThatCannotBeAskedIsReportedWhereNoneIsNeeded() throws IOException {
        var nonsense =
                Files.writeString(directory.resolve("nonsense"), "nonsense").toString();
        var told = new ArrayList<String>();

        assertThat(option().connectIfPossible(List.of(nonsense), told::add)).isEmpty();
        assertThat(told).singleElement().asString().contains("nonsense' is no kubeconfig");
    }

    @Test
    void aClusterThatAnOptionNamesMustAnswerAlsoWhereNoneIsNeeded() {
        var told = new ArrayList<String>();
        for (var named : List.of(option("--kubeconfig", "/nowhere"), option("--context", "third"))) {
            assertThatThrownBy(() -> named.connectIfPossible(List.of("/nowhere", first), told::add))
                    .isInstanceOf(Refusal.class);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void noImageIsRemovedByForceIfTheNamedClusterCannotBeAsked() {
        var err = new StringWriter();
        var exit = MayflyCommand.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute("rmi", "--force-without-cluster", "--kubeconfig", "/nowhere", "busybox:1.36");

        assertThat(exit).isEqualTo(Exit.FAILED);
        assertThat(err.toString()).contains("'/nowhere' can't be read").hasLineCount(1);
    }

    private static ClusterOption option(String... arguments) {
        var option = new ClusterOption();
        new CommandLine(option).parseArgs(arguments);
        return option;
    }

    private String kubeconfig(String name, String server) throws IOException {
        return Files.writeString(directory.resolve(name), """
                        apiVersion: v1
                        kind: Config
                        current-context: %1$s
                        contexts: [{name: %1$s, context: {cluster: %1$s, user: %1$s}}]
                        clusters: [{name: %1$s, cluster: {server: "%2$s"}}]
                        users: [{name: %1$s, user: {token: abc}}]
                        """.formatted(name, server))
                .toString();
    }
}
