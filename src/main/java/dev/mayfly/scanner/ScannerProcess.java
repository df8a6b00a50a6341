package dev.mayfly.scanner;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process with a time limit and an output limit. Its output goes to files, not pipes: a child process that it leaves
 * behind would keep a pipe open and block its reader.
 */
final class ScannerProcess implements AutoCloseable {
    /** A report on an image of some gigabytes takes a few megabytes. */
    private static final long MAX_OUTPUT_BYTES = 64L << 20;
    /** Bytes kept of the end of its output. */
    private static final int TAIL_BYTES = 2048;

    private static final long POLL_MILLIS = 50;

    private final Process process;
    private final Path output;
    private final Path errors;

    /**
     * @param directory holds its output and its working directory
     * @throws IOException if the program can't be started
     */
    ScannerProcess(List<String> command, Map<String, String> environment, Path directory) throws IOException {
        output = directory.resolve("output");
        errors = directory.resolve("errors");
        var builder = new ProcessBuilder(command)
                .directory(Files.createDirectory(directory.resolve("work")).toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** @return the reason why it was killed; empty if it exited in time, with any exit code */
    String await(Duration timeout) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - deadline > 0) {
                return "it did not end within " + timeout.toSeconds() + " s and was killed";
            }
            if (tooMuch()) {
                break;
            }
        }
        return tooMuch() ? "it printed more than " + (MAX_OUTPUT_BYTES >> 20) + " MiB and was killed" : "";
    }

    private boolean tooMuch() throws IOException {
        return Files.size(output) > MAX_OUTPUT_BYTES || Files.size(errors) > MAX_OUTPUT_BYTES;
    }

    /** The exit code. To be called after the process ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** The file with its standard output. */
    Path output() {
        return output;
    }

    /** The end of its error output, or of its standard output if there is none. */
    String outputTail() throws IOException {
        var complaint = tail(errors);
        return complaint.isBlank() ? tail(output) : complaint;
    }

    private static String tail(Path file) throws IOException {
        try (var end = new RandomAccessFile(file.toFile(), "r")) {
            end.seek(Math.max(0, end.length() - TAIL_BYTES));
            var bytes = new byte[(int) Math.min(TAIL_BYTES, end.length())];
            end.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Kills the process, if it runs, and its child processes. */
    @Override
    public void close() {
        // listed first: the children of a process that has ended can't be found
        var children = process.descendants().toList();
        process.destroyForcibly();
        Stream.concat(children.stream(), children.stream().flatMap(ProcessHandle::descendants))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
