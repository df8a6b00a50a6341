package dev.mayfly.e2e.node;

import static dev.mayfly.e2e.OperatorScenario.SOON;
import static org.awaitility.Awaitility.await;

import dev.mayfly.e2e.Terminal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A terminal of 33 rows and 111 columns in which a command runs and a test types. */
final class Screen implements AutoCloseable {
    private final Path device;
    private final Path seen;
    private final Process process;
    private final BufferedWriter keys;

    /** @param directory for its files */
    Screen(Terminal terminal, Path directory, String command) throws IOException {
        device = Files.createTempFile(directory, "device", "");
        seen = Files.createTempFile(directory, "seen", "");
        process = terminal.begin("stty rows 33 cols 111; tty >" + device + "; exec " + command)
                .redirectOutput(seen.toFile())
                .start();
        keys = process.outputWriter(StandardCharsets.UTF_8);
    }

    void type(String line) throws IOException {
        keys.write(line + "\n");
        keys.flush();
    }

    /** Types it until it leads to that text, which is not part of it. */
    void typeUntil(String line, String text) {
        await(text).atMost(SOON).until(() -> {
            type(line);
            return text().contains(text);
        });
    }

    /** As a window is made larger. */
    void resize(int rows, int columns) throws IOException, InterruptedException {
        var name = Files.readString(device).strip();
        var stty = new ProcessBuilder(
                        "stty", "-F", name, "rows", Integer.toString(rows), "cols", Integer.toString(columns))
                .start();
        if (stty.waitFor() != 0) {
            throw new IOException(name + " takes no size");
        }
    }

    /** All that was seen up to now. */
    String text() {
        try {
            return Files.readString(seen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of the command. @return its exit code */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        keys.close();
    }
}
