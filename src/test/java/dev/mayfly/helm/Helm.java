package dev.mayfly.helm;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The {@code helm} command, from {@code .local/bin} or the PATH. */
public final class Helm {

    private Helm() {}

    /** @param text its standard output and error output */
    record Result(int exitCode, String text) {}

    static Result run(String... arguments) {
        var command = new ArrayList<>(List.of(binary()));
        command.addAll(Arrays.asList(arguments));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var text = new String(process.getInputStream().readAllBytes());
            return new Result(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The chart's objects without its hooks, rendered with default values and {@code --set-string} settings. */
    static List<HasMetadata> template(String... settings) {
        return templateIn("mayfly-system", settings);
    }

    /** The same for a release in another namespace. */
    static List<HasMetadata> templateIn(String namespace, String... settings) {
        var arguments = new ArrayList<>(List.of(
                "template",
                "mayfly",
                "helm/mayfly",
                "--namespace=" + namespace,
                "--kube-version=1.34.4",
                "--no-hooks"));
        for (var setting : settings) {
            arguments.add("--set-string=" + setting);
        }
        var result = run(arguments.toArray(String[]::new));
        if (result.exitCode() != 0) {
            throw new AssertionError(result.text());
        }
        return objects(result.text());
    }

    /** The chart's objects without its hooks, for a release in that namespace. @param values as of {@code --set} */
    public static List<HasMetadata> templateWith(String namespace, String values) {
        var result = run(
                "template",
                "mayfly",
                "helm/mayfly",
                "--namespace=" + namespace,
                "--kube-version=1.34.4",
                "--no-hooks",
                "--set=" + values);
        if (result.exitCode() != 0) {
            throw new AssertionError(result.text());
        }
        return objects(result.text());
    }

    @SuppressWarnings("unchecked")
    static List<HasMetadata> objects(String yaml) {
        Object read = new KubernetesSerialization().unmarshal(new ByteArrayInputStream(yaml.getBytes()));
        return read instanceof List<?> list ? (List<HasMetadata>) list : List.of((HasMetadata) read);
    }

    private static String binary() {
        var directories = Stream.concat(
                Stream.of(".local/bin"), Arrays.stream(System.getenv("PATH").split(":")));
        return directories
                .map(directory -> Path.of(directory, "helm").toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("helm is neither in .local/bin nor on the PATH: 'make test' installs it"))
                .toString();
    }
}
