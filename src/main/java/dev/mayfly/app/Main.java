package dev.mayfly.app;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/** Starts the operator for {@code mayfly operator}, else runs a command without starting any part of the operator. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (List.of(arguments).equals(List.of(OperatorCommand.NAME))) {
            new OperatorCommand().run(); // an operator that starts does not load the command line
        } else {
            System.exit(MayflyCommand.commandLine(arguments).execute(arguments));
        }
    }
}
