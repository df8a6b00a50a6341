package dev.mayfly.testing;

import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All that a cluster has on the engine and on this host, as a user finds it with {@code docker} and {@code find}. */
public record OwnedResources(String cluster) {
    private static final String LABEL = "mayfly.dev/cluster";

    /** Containers, networks, volumes, directories of replicas and notes about workloads. */
    public List<String> all() {
        var all = new ArrayList<String>();
        Docker.containers(Map.of(LABEL, cluster)).forEach(c -> all.add("container " + String.join(",", c.getNames())));
        Docker.containers(Map.of("mayfly.dev/probe", cluster)).forEach(c -> all.add("probe " + c.getId()));
        Docker.networks(Map.of(LABEL, cluster)).forEach(network -> all.add("network " + network.getName()));
        var volumes = Docker.client()
                .listVolumesCmd()
                .withFilter("label", List.of(LABEL + "=" + cluster))
                .exec()
                .getVolumes();
        if (volumes != null) {
            volumes.forEach(volume -> all.add("volume " + volume.getName()));
        }
        var data = Path.of("/var/lib/mayfly", cluster);
        all.addAll(in(data.resolve("empty-dirs")));
        all.addAll(in(data.resolve("ledger")));
        all.addAll(in(Path.of("/run/mayfly", cluster, "files")));
        return all;
    }

    private static List<String> in(Path directory) {
        try (var found = Files.list(directory)) {
            return found.map(Path::toString).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
