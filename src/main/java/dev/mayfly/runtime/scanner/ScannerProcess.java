package dev.mayfly.runtime.scanner;

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
 * A program that runs for a bounded time and prints a bounded lot. It writes to files, not to pipes: a process that it leaves
 * behind would keep a pipe open, and whoever reads it waiting.
 */
final class ScannerProcess implements AutoCloseable {
    /** A report on an image of some gigabytes has a few megabytes. */
    private static final long MOST_BYTES = 64L << 20;
    /** Of its last words. */
    private static final int TAIL = 2048;

    private static final long LOOK_MILLIS = 50;

    private final Process process;
    private final Path output;
    private final Path errors;

    /**
     * @param directory its working directory, and where its output is kept
     * @throws IOException where the program can't be started
     */
    ScannerProcess(List<String> words, Map<String, String> environment, Path directory) throws IOException {
        output = directory.resolve("output");
        errors = directory.resolve("errors");
        var builder = new ProcessBuilder(words)
                .directory(Files.createDirectory(directory.resolve("work")).toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /** @return what is wrong with how it ran; empty: it ended in time by itself, with whatever exit code */
    String await(Duration timeout) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - deadline > 0) {
                return "it did not end within " + timeout.toSeconds() + " s and was killed";
            }
            if (tooMuch()) {
                break;
            }
        }
        return tooMuch() ? "it printed more than " + (MOST_BYTES >> 20) + " MiB and was killed" : "";
    }

    private boolean tooMuch() throws IOException {
        return Files.size(output) > MOST_BYTES || Files.size(errors) > MOST_BYTES;
    }

    /** After it ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** What it printed on its standard output. */
    Path output() {
        return output;
    }

    /** The end of what it complained of, or else printed. */
    String lastWords() throws IOException {
        var complaint = tail(errors);
        return complaint.isBlank() ? tail(output) : complaint;
    }

    private static String tail(Path file) throws IOException {
        try (var end = new RandomAccessFile(file.toFile(), "r")) {
            end.seek(Math.max(0, end.length() - TAIL));
            var bytes = new byte[(int) Math.min(TAIL, end.length())];
            end.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Kills it if it runs, with what it started. */
    @Override
    public void close() {
        // listed first: children of a process that is gone are no longer known as its own
        var children = process.descendants().toList();
        process.destroyForcibly();
        Stream.concat(children.stream(), children.stream().flatMap(ProcessHandle::descendants))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
