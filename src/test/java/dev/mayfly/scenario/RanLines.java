package dev.mayfly.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * A record of a task's attempts, kept by themselves outside of any container: each appends its index to a file on a mapped volume.
 *
 * @param directory on this host, where a namespace's volumes may lie; need not exist
 */
record RanLines(Path directory) {
    /** For a shell with the directory mounted at /ran. */
    static final String APPEND = "echo $MAYFLY_INDEX >>/ran/lines";

    /** In the order in which they ran, an index as often as it ran to that point. */
    List<Integer> indexes() {
        try {
            var file = directory.resolve("lines");
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Integer::valueOf).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** YAML for spec.template. */
    String volume() {
        return """
                volumes: [{name: ran, hostPath: {path: %s, type: DirectoryOrCreate}}]
                volumeMounts: [{name: ran, mountPath: /ran}]
                """.formatted(directory);
    }

    /** With the namespace's directory. */
    void erase() throws IOException {
        if (Files.exists(directory.getParent())) {
            try (var all = Files.walk(directory.getParent())) {
                for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
