package dev.mayfly.cli;

/** What a command's end tells scripts. */
final class Exit {
    /** Done. */
    static final int DONE = 0;

    /** Something could not be looked at; what, and what to do, stands on the error output. */
    static final int FAILED = 1;

    /** Asked for by {@code --fail-on-writes}: a container wrote outside of volumes. 2 is a wrong command line. */
    static final int WRITES = 3;

    private Exit() {}
}
