package dev.mayfly.runtime.docker.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.host.LinuxHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the engine's own files count as written. */
class EngineFilesTest {
    @TempDir
    Path directory;

    private final EngineFiles files = new EngineFiles();
    private LinuxHost host;

    @BeforeEach
    void aContainerIsMade() throws IOException {
        host = new LinuxHost(directory, directory);
        Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
        Files.writeString(directory.resolve("log"), "");
    }

    @Test
    void whatTheEngineWritesToTheResolversFileWhileItStartsAContainerIsNoFinding() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.11\n");
        var started = Instant.now().plusMillis(50);

        assertThat(files.changed(host, layers(started))).isEmpty();
    }

    @Test
    void aLaterWriteIsOne() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.11\n");
        var layers = layers(Instant.now().plusMillis(50));
        files.changed(host, layers);

        Files.writeString(directory.resolve("resolv.conf"), "nameserver 192.0.2.1\n");

        assertThat(files.changed(host, layers)).containsExactly("/etc/resolv.conf");
    }

    @Test
    void aWriteBeforeTheFirstScanIsFound() throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 192.0.2.1\n");

        assertThat(files.changed(host, layers(Instant.now().minusSeconds(1)))).containsExactly("/etc/resolv.conf");
    }

    private ContainerLayers layers(Instant started) {
        return new ContainerLayers(
                Optional.empty(),
                Set.of(),
                Map.of("/etc/hosts", directory.resolve("hosts"), "/etc/resolv.conf", directory.resolve("resolv.conf")),
                Optional.of(directory.resolve("log")),
                Optional.of(started));
    }
}
