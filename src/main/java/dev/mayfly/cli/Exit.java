package dev.mayfly.cli;

/** Exit codes of all commands. 2 is a wrong command line. */
public final class Exit {
    /** Done, or nothing was found. */
    public static final int DONE = 0;

    /** Something failed; the error output says what to do. With {@code --exit-code} also: something was found. */
    public static final int FAILED = 1;

    private Exit() {}
}
