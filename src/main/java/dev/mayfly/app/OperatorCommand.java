package dev.mayfly.app;

import io.quarkus.runtime.Quarkus;
import picocli.CommandLine.Command;

/** {@code mayfly operator}. */
@Command(
        name = OperatorCommand.NAME,
        mixinStandardHelpOptions = true,
        header = "Run the operator in the foreground.",
        description =
                "Serves the resources of one cluster on one Docker Engine until it is told to end. It takes no options:"
                        + " mayfly.* settings come from the environment and system properties (docs/reference/configuration.md).",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:ended as told", "1:failed; the log says why", "2:wrong command line"})
final class OperatorCommand implements Runnable {
    static final String NAME = "operator";

    @Override
    public void run() {
        Quarkus.run();
    }
}
