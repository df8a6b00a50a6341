package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.ResourceOwnership;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.volume.Scratch.ImageDirectories.Directory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a real engine. */
@Tag("engine")
class ImageProbesTest {
    private static final String CLUSTER =
            UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private static Engine engine;
    private final ImageProbes probes = new ImageProbes(CLUSTER);

    @BeforeAll
    static void connect() {
        engine = new EngineConnector(Settings.of(CLUSTER)).connect();
    }

    @AfterAll
    static void disconnect() throws IOException {
        engine.close();
    }

    @Test
    void anImagesDirectoriesAreReadAndNoContainerIsLeft() {
        var image = engine.image("busybox:1.36").orElseThrow().getId();

        var directories = probes.probe(engine, image, Set.of("/covered"), List.of("/tmp", "/var", "/nowhere"));

        assertThat(directories.at("/tmp")).contains(new Directory(0, 0, 01777));
        assertThat(directories.below("/var")).contains("/var/tmp");
        assertThat(directories.at("/nowhere")).isEmpty();
        assertThat(probes()).isEmpty();
    }

    @Test
    void aProbeThatACrashLeftIsNoObstacleAndIsCollected() {
        var image = engine.image("busybox:1.36").orElseThrow().getId();
        var name = "mayfly_probe_" + CLUSTER + "_" + image.substring(7, 19);
        leave(name);

        assertThat(probes.probe(engine, image, Set.of(), List.of("/tmp")).at("/tmp"))
                .isPresent();

        leave(name);
        probes.collect(engine);
        assertThat(probes()).isEmpty();
    }

    @Test
    void directoriesAreReadUpToTheLimit() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry("run/"));
            tar.closeArchiveEntry();
            var large = new TarArchiveEntry("run/large");
            large.setSize(40 << 20);
            tar.putArchiveEntry(large);
            tar.write(new byte[40 << 20]);
            tar.closeArchiveEntry();
            tar.putArchiveEntry(new TarArchiveEntry("run/after/"));
            tar.closeArchiveEntry();
        }

        var directories = ImageProbes.directories(new ByteArrayInputStream(bytes.toByteArray()), "/run");

        assertThat(directories.all()).containsOnlyKeys("/run");
    }

    private static void leave(String name) {
        engine.create("busybox:1.36")
                .withName(name)
                .withLabels(Map.of(ResourceOwnership.PROBE, CLUSTER))
                .exec();
    }

    private static List<?> probes() {
        return engine.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ResourceOwnership.PROBE, CLUSTER))
                .exec();
    }
}
