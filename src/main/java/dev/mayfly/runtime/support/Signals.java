package dev.mayfly.runtime.support;

import dev.mayfly.core.model.Termination.Exit;
import java.util.List;

/** Exit codes as engines and shells report them: a process that signal n terminated has 128 + n. */
public final class Signals {
    /** Linux signal names, from number 1. */
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private static final int OFFSET = 128;

    public static final int KILLED = OFFSET + 9;
    /** Exit of a killed process. */
    public static final Exit KILL = exit(KILLED);

    private Signals() {}

    public static Exit exit(int code) {
        var number = code - OFFSET;
        return new Exit(code, number >= 1 && number <= NAMES.size() ? "SIG" + NAMES.get(number - 1) : "");
    }

    /** For users: {@code 137 (SIGKILL)}. */
    public static String text(Exit exit) {
        return exit.code() + (exit.signal().isEmpty() ? "" : " (" + exit.signal() + ")");
    }
}
