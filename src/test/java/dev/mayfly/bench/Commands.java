package dev.mayfly.bench;

import java.io.IOException;
import java.time.Duration;

/** Runs commands as a user types them. */
final class Commands {
    private Commands() {}

    /** @return the duration; throws with the command's output if it failed */
    static Duration run(String... command) throws IOException, InterruptedException {
        var begin = System.nanoTime();
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
