package dev.mayfly.cli;

/** Exit codes of the commands. 2 is a wrong command line. */
public final class Exit {
    /** Success. */
    public static final int DONE = 0;

    /** A check could not be made; the error output says which one and what to do. */
    public static final int FAILED = 1;

    /** With {@code --fail-on-writes}: a container wrote outside of volumes. */
    public static final int WRITES = 3;

    private Exit() {}
}
