package dev.mayfly.app;

import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.convert.Convert;
import dev.mayfly.cli.images.Images;
import dev.mayfly.cli.images.RemoveImages;
import dev.mayfly.cli.leftovers.Leftovers;
import dev.mayfly.cli.scan.Scan;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The top-level command. */
@Command(
        name = "mayfly",
        description =
                "Looks at what containers write, at images, and at what is left over; removes images that nobody uses. The operator itself is started without a command.",
        subcommands = {
            Scan.class,
            Convert.class,
            Images.class,
            RemoveImages.class,
            Leftovers.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "mayfly 0.1.0",
        synopsisSubcommandLabel = "COMMAND")
public final class MayflyCommand {

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
