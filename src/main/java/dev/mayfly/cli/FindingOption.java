package dev.mayfly.cli;

import picocli.CommandLine.Option;

/** The option for scripts to which a finding is a failure. */
public final class FindingOption {
    @Option(names = "--exit-code", description = "Exit with 1 if something was found.")
    private boolean findingFails;

    /** @param complete false if something could not be looked at @param found whether something was found */
    public int exitCode(boolean complete, boolean found) {
        return complete && !(findingFails && found) ? Exit.DONE : Exit.FAILED;
    }
}
