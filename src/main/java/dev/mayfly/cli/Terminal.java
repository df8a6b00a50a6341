package dev.mayfly.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether a person reads the output, as far as Linux tells by {@code /proc}; elsewhere nobody does. */
public final class Terminal {
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int ERR = 2;

    private Terminal() {}

    /** True if the error output is a terminal. */
    public static boolean readsErrors() {
        return is(ERR);
    }

    /** True if a person types the input. */
    public static boolean isInput() {
        return is(IN);
    }

    /** True if both outputs are a terminal that shows colours and whose user wants them (no-color.org). */
    public static boolean showsColours() {
        return is(OUT) && is(ERR) && wantsColours(System.getenv());
    }

    static boolean wantsColours(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    private static boolean is(int descriptor) {
        try {
            var file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return false;
        }
    }
}
