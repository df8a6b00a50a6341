package dev.mayfly.cli.rollout;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mayfly rollout}. */
@Command(
        name = "rollout",
        mixinStandardHelpOptions = true,
        header = "Follow, list, undo and restart the rollouts of a workload.",
        description = "As kubectl rollout does it for a Deployment. undo and restart change the workload's template.",
        subcommands = {RolloutStatus.class, RolloutHistory.class, RolloutUndo.class, RolloutRestart.class},
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {"  mayfly rollout status web --timeout 2m", "  mayfly rollout undo web --to-revision 3"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed; the error output says what to do", "2:wrong command line"})
public final class Rollout implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
