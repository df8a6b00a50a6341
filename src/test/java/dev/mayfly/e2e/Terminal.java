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
public final class Terminal {
    private static final Path SAMPLES = Path.of("deploy", "samples");

    private final Path directory;
    private final Path kubeconfig;
    private final String path;

    /** @param directory for its files, which is the current one */
    public Terminal(Path directory, String namespace) throws IOException {
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
                exec %s "$@"
                """.formatted(PackagedOperator.commandLine()));
        if (!mayfly.toFile().setExecutable(true)) {
            throw new IOException(mayfly + " can't be made executable");
        }
        Files.createSymbolicLink(bin.resolve("kubectl-mayfly"), mayfly.getFileName());
        path = String.join(
                File.pathSeparator,
                bin.toString(),
                Path.of(".local", "bin").toAbsolutePath().toString(),
                System.getenv("PATH"));
        if (run("kubectl config set-context --current --namespace=" + namespace).code() != 0) {
            throw new IOException(kubeconfig + " takes no namespace");
        }
    }

    /**
     * The output of {@code kubectl} goes over SPDY ({@link dev.mayfly.testing.Kubectl#overSpdy}). @return its exit code,
     * and what it printed, both streams
     */
    public Cli.Result run(String line) {
        var builder = builder(List.of("bash", "-c", line)).redirectInput(new File("/dev/null"));
        builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false");
        return finish(builder);
    }

    /** On a terminal of its own, in which the user types. @return the exit code, and all that is seen there */
    public Cli.Result interactive(String line, String typed) throws IOException {
        var keys = Files.writeString(directory.resolve("keys"), typed);
        return finish(begin(line).redirectInput(keys.toFile()));
    }

    /** On a terminal of its own, in which the caller types. Not started yet. */
    public ProcessBuilder begin(String line) {
        return builder(List.of("script", "--quiet", "--return", "--command", line, "/dev/null"));
    }

    private ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("PATH", path);
        builder.environment().put("SHELL", "/bin/bash"); // which script(1) starts
        return builder;
    }

    private static Cli.Result finish(ProcessBuilder builder) {
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
