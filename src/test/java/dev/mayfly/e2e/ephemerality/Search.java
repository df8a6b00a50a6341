package dev.mayfly.e2e.ephemerality;

import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks for a string in everything that engine, operator and cluster keep: in files, not in the blocks of a disk that once
 * were files.
 */
final class Search {
    private static final List<String> ROOTS = List.of(
            Cli.docker("info", "--format", "{{.DockerRootDir}}"),
            "/var/lib/containerd",
            "/var/lib/mayfly",
            "/var/log",
            "/run/mayfly",
            "/run/docker",
            "/run/containerd",
            "target/operator-logs");

    private Search() {}

    /** @return the files that hold it; empty: it is nowhere */
    static List<String> everywhere(String text, OperatorProcess operator) {
        try {
            var exported = Files.createTempDirectory("exported");
            Files.writeString(
                    exported.resolve("events"),
                    Cluster.client()
                            .getKubernetesSerialization()
                            .asJson(Cluster.client()
                                    .v1()
                                    .events()
                                    .inAnyNamespace()
                                    .list()));
            Files.writeString(exported.resolve("metrics"), operator.page("/q/metrics"));
            var etcd = Cluster.etcd();
            if (etcd.isPresent()) {
                etcd.get().compactAndDefragment();
                Files.write(exported.resolve("etcd-snapshot"), etcd.get().snapshot());
            }
            var found = files(
                    text,
                    Stream.concat(ROOTS.stream(), Stream.of(exported.toString()))
                            .toList());
            OperatorScenario.erase(exported);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text goes to grep through a pipe: as an argument it would stand in a file of {@code /proc}. */
    private static List<String> files(String text, List<String> roots) throws IOException {
        var command = new ArrayList<>(List.of("grep", "-rlaF", "--devices=skip", "-f", "-"));
        roots.stream().filter(root -> Files.exists(Path.of(root))).forEach(command::add);
        // Files that vanish while they are read are no failure.
        var grep = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var pattern = grep.getOutputStream()) {
            pattern.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new String(grep.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
