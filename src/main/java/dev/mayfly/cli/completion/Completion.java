package dev.mayfly.cli.completion;

import dev.mayfly.cli.Exit;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mayfly completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        header = "Print a script that completes mayfly's command line.",
        description = "For bash, zsh or fish. The shell's own start-up file reads it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(mayfly completion bash)     # in ~/.bashrc",
            "  source <(mayfly completion zsh)      # in ~/.zshrc",
            "  mayfly completion fish > ~/.config/fish/completions/mayfly.fish"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:wrong command line"})
public final class Completion implements Callable<Integer> {
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public Integer call() {
        var mayfly = spec.root().commandLine();
        var out = spec.commandLine().getOut();
        out.print(
                switch (shell) {
                    case BASH, ZSH -> AutoComplete.bash(mayfly.getCommandName(), mayfly); // a script for both
                    case FISH -> FishCompletion.of(mayfly.getCommandSpec());
                });
        out.flush();
        return Exit.DONE;
    }
}
