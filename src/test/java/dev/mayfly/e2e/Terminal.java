package dev.mayfly.e2e;

import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.PackagedOperator;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A shell as a new user has it: a kubeconfig with a namespace, {@code kubectl} and {@code mayfly} on the PATH, and the samples below
 * the current directory.
 */
final class Terminal {
    private static final Path SAMPLES = Path.of("deploy", "samples");

    private final Path directory;
    private final Path kubeconfig;
    private final String path;

    /** @param directory for its files, which is the current one */
    Terminal(Path directory, String namespace) throws IOException {
        this.directory = directory;
        kubeconfig = Files.writeString(directory.resolve("kubeconfig"), Cluster.kubeconfig());
        var samples = Files.createDirectories(directory.resolve(SAMPLES));
        try (var files = Files.list(SAMPLES)) {
            for (var file : files.toList()) {
                Files.copy(file, samples.resolve(file.getFileName()));
            }
        }
        var bin = Files.createDirectory(directory.resolve("bin"));
        var mayfly = Files.writeString(bin.resolve("mayfly"), """
                #!/bin/sh
                exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -jar '%s' "$@"
                """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), PackagedOperator.JAR.toAbsolutePath()));
        if (!mayfly.toFile().setExecutable(true)) {
            throw new IOException(mayfly + " can't be made executable");
        }
        path = String.join(
                File.pathSeparator,
                bin.toString(),
                Path.of(".local", "bin").toAbsolutePath().toString(),
                System.getenv("PATH"));
        if (run("kubectl config set-context --current --namespace=" + namespace).code() != 0) {
            throw new IOException(kubeconfig + " takes no namespace");
        }
    }

    /** @return its exit code, and what it printed, both streams */
    Cli.Result run(String line) {
        return start(List.of("bash", "-c", line), ProcessBuilder.Redirect.from(new File("/dev/null")));
    }

    /** On a terminal of its own, in which the user types. @return the exit code, and all that is seen there */
    Cli.Result interactive(String line, String typed) throws IOException {
        var keys = Files.writeString(directory.resolve("keys"), typed);
        return start(
                List.of("script", "--quiet", "--return", "--command", line, "/dev/null"),
                ProcessBuilder.Redirect.from(keys.toFile()));
    }

    private Cli.Result start(List<String> command, ProcessBuilder.Redirect input) {
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input)
                .redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("PATH", path);
        builder.environment().put("SHELL", "/bin/bash"); // which script(1) starts
        try {
            var process = builder.start();
            var output = new String(process.getInputStream().readAllBytes()).strip();
            return new Cli.Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
