package dev.mayfly.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.app.MayflyCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void allCommandsAreCompleted(String shell) {
        var script = script(shell);

        assertThat(MayflyCommand.commandLine().getSubcommands().keySet())
                .hasSizeGreaterThan(5)
                .allMatch(script::contains);
    }

    @Test
    void fishCompletesOptionsAndTheirValues() {
        assertThat(script("fish").lines())
                .contains("complete -c mayfly -f")
                .anyMatch(line ->
                        line.startsWith("complete -c mayfly -n '__fish_seen_subcommand_from scan' -s o -l output"))
                .anyMatch(line -> line.contains("-l output") && line.endsWith("-x -a 'table wide json yaml name'"))
                .anyMatch(line -> line.contains("-l kubeconfig") && line.endsWith("-r -F"))
                .anyMatch(line -> line.contains("from completion' -a 'bash zsh fish'"))
                .anyMatch(line -> line.contains("-d 'Print tables without their header.'"))
                .allMatch(line -> line.startsWith("complete -c mayfly ") || line.startsWith("#"));
    }

    @Test
    void fishCompletesSubcommandsOfSubcommands() {
        assertThat(script("fish").lines())
                .anyMatch(line -> line.startsWith("complete -c mayfly -n '__fish_seen_subcommand_from rollout; and not")
                        && line.contains(" -a undo "))
                .anyMatch(
                        line -> line.contains(
                                "-n '__fish_seen_subcommand_from rollout; and __fish_seen_subcommand_from undo' -l to-revision"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void theOthersCompleteThemAsWell(String shell) {
        assertThat(script(shell)).contains("rollout", "--to-revision", "undo");
    }

    @Test
    void zshReadsTheScriptOfBash() {
        assertThat(script("zsh")).contains("bashcompinit", "complete -F");
    }

    private static String script(String shell) {
        var out = new StringWriter();
        MayflyCommand.commandLine().setOut(new PrintWriter(out)).execute("completion", shell);
        return out.toString();
    }
}
