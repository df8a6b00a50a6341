package dev.mayfly.cli;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Without arguments the operator; with arguments a command, for which nothing of the operator is started. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run();
        } else {
            System.exit(Mayfly.commandLine().execute(arguments));
        }
    }
}
