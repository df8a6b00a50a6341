package dev.mayfly.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code kubectl} command, from {@code .local/bin} or the PATH, in one namespace. */
public final class Kubectl {
    private final List<String> command;

    /** @param kubeconfig file of credentials */
    public Kubectl(Path kubeconfig, String namespace) {
        var brought = Path.of(".local", "bin", "kubectl");
        command = List.of(
                Files.isExecutable(brought) ? brought.toString() : "kubectl",
                "--kubeconfig=" + kubeconfig,
                "--namespace=" + namespace);
    }

    /** With the test cluster's credentials. */
    public static Kubectl in(String namespace) {
        var kubeconfig = Path.of("target", "kubectl-" + Lane.mark() + ".kubeconfig");
        try {
            Files.writeString(kubeconfig, Cluster.kubeconfig());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Kubectl(kubeconfig, namespace);
    }

    /** @return what it printed, both streams; fails where it failed */
    public String run(String... arguments) {
        var line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(line).redirectErrorStream(true).start();
            var text = new String(process.getInputStream().readAllBytes()).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", line) + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
