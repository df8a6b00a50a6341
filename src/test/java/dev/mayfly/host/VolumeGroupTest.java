package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.host.Host.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeGroupTest {
    private static final int FILES = 300;

    @TempDir(factory = RootOwned.class)
    Path data;

    private Host host;

    @BeforeEach
    void start() {
        host = new LinuxHost(data, data.resolve("memory"));
    }

    @Test
    void aVolumeIsGivenToAGroupOnceAndWithoutFollowingLinks() throws Exception {
        var volume = Files.createDirectories(data.resolve("volume/deep")).getParent();
        var file = Files.writeString(volume.resolve("deep/file"), "x");
        var stranger = Files.writeString(data.resolve("stranger"), "x");
        Files.createSymbolicLink(volume.resolve("link"), stranger);
        assertThat(new ProcessBuilder("mkfifo", volume.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        host.group(volume, 4711, Pace.FREE);

        assertThat(owned(volume)).isEqualTo("4711 2775");
        assertThat(owned(volume.resolve("deep"))).isEqualTo("4711 2775");
        assertThat(owned(file)).isEqualTo("4711 664");
        assertThat(owned(volume.resolve("pipe"))).startsWith("4711 ");
        assertThat(owned(stranger)).isEqualTo("0 644");

        Files.setAttribute(file, "unix:gid", 0);
        host.group(volume, 4711, Pace.FREE);
        assertThat(owned(file))
                .as("the root is already right, so the content is left alone")
                .isEqualTo("0 664");
    }

    /** As a replica of another workload, or a Pod, that has the same volume can do while the operator walks it as root. */
    @Test
    void aDirectoryThatIsSwappedForALinkMeanwhileLeadsNowhere() throws Exception {
        var volume = Files.createDirectory(data.resolve("volume"));
        var directory = filled(volume.resolve("dir"));
        var treasure = filled(data.resolve("etc"));
        var swapping = new AtomicBoolean(true);

        try (var other = Executors.newSingleThreadExecutor()) {
            var swaps = other.submit(() -> swap(directory, treasure, swapping));
            for (var i = 0; i < 40; i++) {
                Files.setAttribute(volume, "unix:gid", 0); // so that it is walked again
                host.group(volume, 4711, Pace.FREE);
            }
            swapping.set(false);
            swaps.get();
        }

        assertThat(owned(treasure)).isEqualTo("0 755");
        for (var i = 0; i < FILES; i++) {
            assertThat(owned(treasure.resolve("f" + i))).isEqualTo("0 644");
        }
    }

    private static Path filled(Path directory) throws IOException {
        Files.createDirectory(directory);
        for (var i = 0; i < FILES; i++) {
            Files.writeString(directory.resolve("f" + i), "x");
        }
        return directory;
    }

    private static Void swap(Path directory, Path target, AtomicBoolean swapping) throws IOException {
        var away = directory.resolveSibling("away");
        while (swapping.get()) {
            Files.move(directory, away);
            Files.createSymbolicLink(directory, target);
            Files.delete(directory);
            Files.move(away, directory);
        }
        return null;
    }

    /** Each level costs the operator two open files, and a replica can make as many levels as it likes. */
    @Test
    void aVolumeThatIsNestedTooDeeplyIsRefused() throws IOException {
        var volume = Files.createDirectory(data.resolve("volume"));
        Files.createDirectories(volume.resolve("d/".repeat(255)));
        assertThatCode(() -> host.group(volume, 4711, Pace.FREE)).doesNotThrowAnyException();

        Files.createDirectories(volume.resolve("d/".repeat(256)));

        assertThatThrownBy(() -> host.group(volume, 4712, Pace.FREE))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(volume + " has more than 256 directories nested");
    }

    @Test
    void aMissingVolumeIsRefused() {
        assertThatThrownBy(() -> host.group(data.resolve("none"), 4711, Pace.FREE))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is no directory that the operator can see");
    }

    private static String owned(Path path) throws IOException {
        var mode = (int) Files.getAttribute(path, "unix:mode") & 07777;
        return Files.getAttribute(path, "unix:gid") + " " + Integer.toOctalString(mode);
    }
}
