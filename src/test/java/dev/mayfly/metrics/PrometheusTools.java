package dev.mayfly.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** {@code prometheus} and {@code promtool}, from {@code .local/bin} or the PATH. */
public final class PrometheusTools {

    private PrometheusTools() {}

    /** @param text its standard output and error output */
    public record Result(int exitCode, String text) {}

    /** @param input standard input; empty: none */
    public static Result promtool(String input, String... arguments) {
        var command = Stream.concat(Stream.of(binary("promtool")), Arrays.stream(arguments));
        try {
            var process = new ProcessBuilder(command.toList())
                    .redirectErrorStream(true)
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes());
            }
            var text = new String(process.getInputStream().readAllBytes());
            return new Result(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String binary(String name) {
        var directories = Stream.concat(
                Stream.of(".local/bin"), List.of(System.getenv("PATH").split(":")).stream());
        return directories
                .map(directory -> Path.of(directory, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        name + " is neither in .local/bin nor on the PATH: 'make check' installs it"))
                .toString();
    }
}
