package dev.mayfly.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the operator if there are no arguments, else runs a command without starting any part of the operator. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run();
        } else {
            System.exit(MayflyCommand.commandLine().execute(arguments));
        }
    }
}
