package dev.mayfly.app;

import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Terminal;
import dev.mayfly.cli.completion.Completion;
import dev.mayfly.cli.convert.Convert;
import dev.mayfly.cli.images.Images;
import dev.mayfly.cli.images.RemoveImages;
import dev.mayfly.cli.leftovers.Leftovers;
import dev.mayfly.cli.scan.Scan;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The top-level command, {@code mayfly} or {@code kubectl mayfly}. Without a subcommand it prints its help. */
@Command(
        name = "mayfly",
        header = "Runs containers on one Docker Engine from Kubernetes resources.",
        description =
                "Its commands convert manifests, look at what containers write, at images and at what is left over, and run the operator."
                        + " Without a command this help is printed. As kubectl-mayfly on the PATH it is also kubectl mayfly.",
        subcommands = {
            Scan.class,
            Convert.class,
            Images.class,
            RemoveImages.class,
            Leftovers.class,
            Completion.class,
            OperatorCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "mayfly 0.1.0",
        synopsisSubcommandLabel = "[COMMAND]",
        exitCodeListHeading = "%nExit codes of all commands:%n",
        exitCodeList = {
            "0:done, or nothing found",
            "1:failed; the error output says what to do. With --exit-code also: something was found",
            "2:wrong command line"
        })
public final class MayflyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    public static CommandLine commandLine() {
        return new CommandLine(new MayflyCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setColorScheme(Help.defaultColorScheme(Terminal.showsColours() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler(MayflyCommand::wrongCommandLine)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    Complaint.print(command, Complaint.about(failure).orElseThrow(() -> failure));
                    return Exit.FAILED;
                });
    }

    /** One sentence instead of the whole help. */
    private static int wrongCommandLine(ParameterException wrong, String... arguments) {
        var command = wrong.getCommandLine();
        Complaint.print(command, Printable.of(wrong.getMessage()));
        UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
