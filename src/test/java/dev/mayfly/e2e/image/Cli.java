package dev.mayfly.e2e.image;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.testing.Lane;
import dev.mayfly.testing.PackagedOperator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@code docker}, as a user types it. */
public final class Cli {
    /** Label of the images that the tests of this JVM make: those of another one may be in use a moment later. */
    public static final String TEST_IMAGE = "dev.mayfly.test=" + Lane.mark();

    private Cli() {}

    public record Result(int code, String output) {}

    /** @return what it printed; fails where it failed */
    public static String docker(String... arguments) {
        var result = tried(arguments);
        if (result.code() != 0) {
            throw new AssertionError("docker " + String.join(" ", arguments) + ": " + result.output());
        }
        return result.output();
    }

    public static Result tried(String... arguments) {
        return run(Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList());
    }

    /** Runs a shell command line on this host. */
    public static Result shell(String line) {
        return run(List.of("sh", "-c", line));
    }

    /** {@code mayfly}, as it was packaged, with no other cluster than the arguments name. */
    public static Result mayfly(String arguments) {
        return shell("KUBECONFIG=/dev/null " + PackagedOperator.commandLine() + " " + arguments);
    }

    /** Runs a shell command line in a container. */
    public static Result in(Container container, String line) {
        return tried("exec", container.getId(), "sh", "-c", line);
    }

    /** An image of busybox's files with other instructions, such as {@code VOLUME /x}: made here, pulled from nowhere. */
    public static void imageFromBusybox(String reference, String... changes) {
        var options = Stream.concat(Stream.of("LABEL " + TEST_IMAGE), Stream.of(changes))
                .map(change -> "-c '" + change + "'")
                .toList();
        var made = shell("set -e; c=$(docker create busybox:1.36); trap 'docker rm $c' EXIT;"
                + " docker export $c | docker import " + String.join(" ", options) + " - " + reference);
        if (made.code() != 0) {
            throw new AssertionError(made.output());
        }
    }

    /** An image made by a Dockerfile whose FROM is on the engine. */
    public static void image(String reference, String... instructions) {
        var file = Stream.concat(Stream.of(instructions), Stream.of("LABEL " + TEST_IMAGE))
                .map(line -> "'" + line + "'")
                .toList();
        var made = shell("printf '%s\\n' " + String.join(" ", file) + " | DOCKER_BUILDKIT=0 docker build -q -t "
                + reference + " -");
        if (made.code() != 0) {
            throw new AssertionError(made.output());
        }
    }

    /** Removes the images made here that no longer have a tag. The engine refuses while it prunes for another lane. */
    public static void pruneImages() {
        await("the engine prunes for nobody else").atMost(Duration.ofMinutes(2)).until(() -> {
            var pruned = tried("image", "prune", "-f", "--filter", "label=" + TEST_IMAGE);
            if (pruned.code() != 0 && !pruned.output().contains("a prune operation is already running")) {
                throw new AssertionError("docker image prune: " + pruned.output());
            }
            return pruned.code() == 0;
        });
    }

    private static Result run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes()).strip();
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
