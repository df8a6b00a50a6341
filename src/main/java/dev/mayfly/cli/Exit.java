package dev.mayfly.cli;

/** Exit codes of the commands. 2 is a wrong command line. */
final class Exit {
    /** Success. */
    static final int DONE = 0;

    /** A check could not be made; the error output says which one and what to do. */
    static final int FAILED = 1;

    /** With {@code --fail-on-writes}: a container wrote outside of volumes. */
    static final int WRITES = 3;

    private Exit() {}
}
