package dev.mayfly.app;

import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.images.Images;
import dev.mayfly.cli.images.RemoveImages;
import dev.mayfly.cli.leftovers.Leftovers;
import dev.mayfly.cli.scan.Scan;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The top-level command, {@code mayfly} or {@code kubectl mayfly}. Without a subcommand it prints its help. */
@Command(
        name = "mayfly",
        header = "Runs containers on one Docker Engine from Kubernetes resources.",
        description =
                "Its commands look at what containers write, at images and at what is left over, and run the operator."
                        + " Without a command this help is printed. As kubectl-mayfly on the PATH it is also kubectl mayfly.",
        subcommands = {
            Scan.class,
            Images.class,
            RemoveImages.class,
            Leftovers.class,
            OperatorCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "mayfly 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
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
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    var complaint = Complaint.about(failure).orElseThrow(() -> failure);
                    command.getErr().println("mayfly: " + complaint);
                    return command.getCommandSpec().exitCodeOnExecutionException();
                });
    }
}
