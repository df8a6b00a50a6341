package dev.mayfly.bench;

import java.io.IOException;
import java.time.Duration;

/** Commands as a person types them. */
final class Commands {
    private Commands() {}

    /** @return how long it took; fails with what it printed where it failed */
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
