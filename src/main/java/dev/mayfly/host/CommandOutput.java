package dev.mayfly.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The output of commands of this machine. */
final class CommandOutput {
    private static final Logger LOG = Logger.getLogger(CommandOutput.class);
    private static final String TIMEOUT_SECONDS = "20";

    private CommandOutput() {}

    /**
     * Runs a command for 20 s at most, without input.
     *
     * @param maxLines lines that are read, after which the command is left alone
     * @return empty if it prints nothing, can't be run or is not installed
     */
    static List<String> lines(List<String> command, int maxLines) {
        var timed = Stream.concat(Stream.of("timeout", TIMEOUT_SECONDS), command.stream());
        try {
            var process = new ProcessBuilder(timed.toList())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                return lines.lines().limit(maxLines).toList();
            }
        } catch (IOException | UncheckedIOException unread) {
            LOG.debugf("%s can't be run: %s", command, unread.getMessage());
            return List.of();
        }
    }
}
