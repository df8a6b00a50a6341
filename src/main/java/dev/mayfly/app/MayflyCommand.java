package dev.mayfly.app;

import dev.mayfly.cli.Complaint;
import dev.mayfly.cli.Exit;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Terminal;
import dev.mayfly.cli.bundle.WriteBundle;
import dev.mayfly.cli.completion.Completion;
import dev.mayfly.cli.convert.Convert;
import dev.mayfly.cli.deleted.ShowRecord;
import dev.mayfly.cli.drain.Drain;
import dev.mayfly.cli.images.Images;
import dev.mayfly.cli.images.RemoveImages;
import dev.mayfly.cli.leftovers.Leftovers;
import dev.mayfly.cli.plan.Plan;
import dev.mayfly.cli.replicas.ListReplicas;
import dev.mayfly.cli.rollout.Rollout;
import dev.mayfly.cli.run.RunTask;
import dev.mayfly.cli.scan.Scan;
import dev.mayfly.cli.scan.ShowDifference;
import dev.mayfly.cli.simulate.Simulate;
import dev.mayfly.cli.why.Why;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
                "Its commands list replicas and say why they are as they are, run commands and rollouts, convert manifests, look at what"
                        + " containers write, at images and at what is left over, collect what support needs, and run the operator."
                        + " Without a command this help is printed. As kubectl-mayfly on the PATH it is also kubectl mayfly."
                        + " On a terminal its help is coloured, unless NO_COLOR is set.",
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
    /** They print what concerns the others. */
    private static final Set<String> NEED_ALL = Set.of("completion", "help");
    /** By name, in the order of the help. */
    private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("ps", ListReplicas::new);
        COMMANDS.put("why", Why::new);
        COMMANDS.put("run", RunTask::new);
        COMMANDS.put("rollout", Rollout::new);
        COMMANDS.put("plan", Plan::new);
        COMMANDS.put("record", ShowRecord::new);
        COMMANDS.put("diff", ShowDifference::new);
        COMMANDS.put("scan", Scan::new);
        COMMANDS.put("convert", Convert::new);
        COMMANDS.put("simulate", Simulate::new);
        COMMANDS.put("images", Images::new);
        COMMANDS.put("rmi", RemoveImages::new);
        COMMANDS.put("leftovers", Leftovers::new);
        COMMANDS.put("bundle", WriteBundle::new);
        COMMANDS.put("drain", Drain::new);
        COMMANDS.put("completion", Completion::new);
        COMMANDS.put(OperatorCommand.NAME, OperatorCommand::new);
        COMMANDS.put("help", CommandLine.HelpCommand::new);
    }

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** With all commands. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS.keySet());
    }

    /** With the command that the arguments name, since each takes a while to describe; with all if they name none. */
    static CommandLine commandLine(String... arguments) {
        var named = arguments.length > 0 && COMMANDS.containsKey(arguments[0]) && !NEED_ALL.contains(arguments[0]);
        return commandLine(named ? Set.of(arguments[0]) : COMMANDS.keySet());
    }

    private static CommandLine commandLine(Set<String> names) {
        var mayfly = new CommandLine(new MayflyCommand());
        COMMANDS.forEach((name, command) -> {
            if (names.contains(name)) {
                mayfly.addSubcommand(name, command.get());
            }
        });
        Optional.ofNullable(mayfly.getSubcommands().get("run"))
                .ifPresent(run -> run.setStopAtPositional(true)); // as docker's: what follows the image is the command
        return mayfly.setCaseInsensitiveEnumValuesAllowed(true)
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
