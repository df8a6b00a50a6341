package dev.mayfly.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code kubectl} command, from {@code .local/bin} or the PATH, in one namespace. */
public final class Kubectl {
    private static final Path NOTHING = Path.of("/dev/null");

    private final List<String> command;

    /** @param kubeconfig file of credentials */
    public Kubectl(Path kubeconfig, String namespace) {
        var brought = Path.of(".local", "bin", "kubectl");
        command = List.of(
                Files.isExecutable(brought) ? brought.toString() : "kubectl",
                "--kubeconfig=" + kubeconfig,
                "--namespace=" + namespace);
    }

    private Kubectl(List<String> command) {
        this.command = command;
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

    /** With a user's credentials in place of the administrator's. @param user as {@code --as} takes it */
    public Kubectl as(String user) {
        var line = new ArrayList<>(command);
        line.add("--as=" + user);
        return new Kubectl(line);
    }

    /** Another {@code kubectl}, such as the one that the system brings. */
    public Kubectl of(Path program) {
        var line = new ArrayList<>(command);
        line.set(0, program.toString());
        return new Kubectl(line);
    }

    /**
     * Over SPDY in place of WebSocket. With WebSocket {@code kubectl} reads before it has made its streams: it complains on stderr of
     * a message that came too early, and drops it. The API server's first one is empty; output that comes at once may be lost as well.
     */
    public Kubectl overSpdy() {
        var line = new ArrayList<>(List.of("env", "KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false"));
        line.addAll(command);
        return new Kubectl(line);
    }

    /** How it ended, and what it printed. */
    public record Result(int code, String output) {}

    /** @return what it printed, both streams; fails where it failed */
    public String run(String... arguments) {
        var result = tried(arguments);
        if (result.code() != 0) {
            throw new AssertionError(line(arguments) + ": " + result.output());
        }
        return result.output();
    }

    /** @return what it printed, both streams */
    public Result tried(String... arguments) {
        return finish(starting(arguments).redirectErrorStream(true).redirectInput(NOTHING.toFile()));
    }

    /** @return what it printed to stdout only */
    public Result answered(String... arguments) {
        return fed(NOTHING, arguments);
    }

    /** With that file as its input. @return what it printed to stdout only */
    public Result fed(Path input, String... arguments) {
        return finish(starting(arguments)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(input.toFile()));
    }

    /** Not started yet, for those who want its streams. */
    public ProcessBuilder starting(String... arguments) {
        return new ProcessBuilder(line(arguments));
    }

    /** The words of its command line. */
    public List<String> line(String... arguments) {
        var line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        return line;
    }

    private static Result finish(ProcessBuilder builder) {
        try {
            var process = builder.start();
            var text = new String(process.getInputStream().readAllBytes()).strip();
            return new Result(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
