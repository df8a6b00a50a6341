package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Samples;
import dev.mayfly.host.Host.Refused;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxHostTest {
    @TempDir(factory = RootOwned.class)
    Path data;

    private Host host;

    @BeforeEach
    void start() {
        host = new LinuxHost(data, data.resolve("memory"));
    }

    @Test
    void anEmptyDirIsWritableByEveryUserAndItsParentsAreNot() throws IOException {
        var directory = host.emptyDir(Samples.id(3, 1), "work");

        assertThat(Files.getPosixFilePermissions(directory)).contains(PosixFilePermission.OTHERS_WRITE);
        assertThat(Files.getPosixFilePermissions(directory.getParent()))
                .doesNotContain(PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ);
    }

    @Test
    void anEmptyWorkloadDirectoryLeftByACrashIsRemoved() throws IOException {
        var work = host.emptyDir(Samples.id(3, 1), "work");
        var cutOff = Files.createDirectory(data.resolve("empty-dirs/0000-gone"));

        host.discardAllBut(() -> Set.of(Samples.id(3, 1)));

        assertThat(cutOff).doesNotExist();
        assertThat(work).isDirectory();
    }

    @Test
    void eachAttemptHasItsOwnEmptyDir() {
        assertThat(host.emptyDir(Samples.id(3, 1), "work"))
                .isNotEqualTo(host.emptyDir(Samples.id(3, 2), "work"))
                .isNotEqualTo(host.emptyDir(Samples.id(4, 1), "work"))
                .isNotEqualTo(host.emptyDir(Samples.id(3, 1), "cache"));
    }

    @Test
    void discardingRemovesAllOfThatAttemptAndNothingElse() throws IOException {
        var gone = host.emptyDir(Samples.id(3, 1), "work");
        Files.createDirectories(gone.resolve("deep/er"));
        Files.writeString(gone.resolve("deep/er/file"), "x");
        var other = host.emptyDir(Samples.id(3, 2), "work");

        host.discard(Samples.id(3, 1));

        assertThat(gone.getParent()).doesNotExist();
        assertThat(other).isDirectory();

        host.discard(Samples.id(3, 2));

        assertThat(data.resolve("empty-dirs")).isEmptyDirectory();
    }

    @Test
    void directoriesOfUnknownReplicasAreRemoved() {
        var stray = host.emptyDir(Samples.id(3, 1), "work");
        var known = host.emptyDir(Samples.id(3, 2), "work");

        host.discardAllBut(() -> Set.of(Samples.id(3, 2)));

        assertThat(stray.getParent()).doesNotExist();
        assertThat(known).isDirectory();
    }

    @Test
    void discardingNeverFollowsALink() throws IOException {
        var treasure = Files.writeString(data.resolve("treasure"), "gold");
        var directory = host.emptyDir(Samples.id(3, 1), "work");
        Files.createSymbolicLink(directory.resolve("link"), treasure);
        Files.createSymbolicLink(directory.resolve("up"), data);

        host.discard(Samples.id(3, 1));

        assertThat(treasure).hasContent("gold");
        assertThat(directory).doesNotExist();
    }

    @Test
    void discardingAMissingDirectoryIsNoError() {
        assertThatCode(() -> host.discard(Samples.id(9, 9))).doesNotThrowAnyException();
    }

    @Test
    void aSubPathIsCreatedWithTheVolumesMode() throws IOException {
        var volume = Files.createDirectory(data.resolve("volume"));
        Files.setAttribute(volume, "unix:mode", 02770);

        var made = host.subPath(volume, "a/b", true);

        assertThat(made).isEqualTo(volume.resolve("a/b")).isDirectory();
        assertThat((int) Files.getAttribute(made, "unix:mode") & 07777).isEqualTo(02770);
        assertThat(host.subPath(volume, "a/b", false)).isEqualTo(made);
        assertThatThrownBy(() -> host.subPath(volume, "c", false)).hasMessageContaining("nothing is at");
    }

    @Test
    void aSubPathNeverLeadsThroughALink() throws IOException {
        var volume = Files.createDirectory(data.resolve("volume"));
        Files.createSymbolicLink(volume.resolve("link"), Path.of("/etc"));
        Files.createFile(volume.resolve("file"));

        assertThat(host.subPath(volume, "file", true)).isRegularFile();
        assertThatThrownBy(() -> host.subPath(volume, "link", true)).hasMessageContaining("through the symbolic link");
        assertThatThrownBy(() -> host.subPath(volume, "link/ssl", true))
                .hasMessageContaining("through the symbolic link");
        assertThatThrownBy(() -> host.subPath(volume, "file/a", true)).hasMessageContaining("is no directory");
    }

    @Test
    void aVolumeIsGivenToAGroupOnceAndWithoutFollowingLinks() throws IOException {
        var volume = Files.createDirectories(data.resolve("volume/deep")).getParent();
        var file = Files.writeString(volume.resolve("deep/file"), "x");
        var stranger = Files.writeString(data.resolve("stranger"), "x");
        Files.createSymbolicLink(volume.resolve("link"), stranger);

        host.group(volume, 4711, true);

        assertThat(owned(volume)).isEqualTo("4711 2775");
        assertThat(owned(volume.resolve("deep"))).isEqualTo("4711 2775");
        assertThat(owned(file)).isEqualTo("4711 664");
        assertThat(owned(stranger)).isEqualTo("0 644");

        Files.setAttribute(file, "unix:gid", 0);
        host.group(volume, 4711, true);
        assertThat(owned(file))
                .as("the root is already right, so the content is left alone")
                .isEqualTo("0 664");
    }

    @Test
    void whileOthersWriteOnlyTheRootIsGivenAndTheContentFollows() throws IOException {
        var volume = Files.createDirectory(data.resolve("volume"));
        var file = Files.writeString(volume.resolve("file"), "x");

        host.group(volume, 4711, false);
        assertThat(owned(volume)).isEqualTo("4711 775");
        assertThat(owned(file)).isEqualTo("0 644");

        host.group(volume, 4711, true);
        assertThat(owned(file)).isEqualTo("4711 664");
    }

    @Test
    void anEmptyDirIsMeasuredInBlocksAndWithoutFollowingLinks() throws IOException {
        var directory = host.emptyDir(Samples.id(3, 1), "work");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/usr"));
        Files.write(directory.resolve("file"), new byte[1 << 20]);
        try (var sparse = new RandomAccessFile(directory.resolve("sparse").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        assertThat(host.emptyDirBytes(Samples.id(3, 1), "work").orElseThrow()).isBetween(1L << 20, (1L << 20) + 65536);
        assertThat(host.emptyDirBytes(Samples.id(3, 1), "other")).isEmpty();
    }

    @Test
    void aFailedEmptyDirIsRefusedWithTheSameMessageForAllReplicas() throws IOException {
        Files.writeString(data.resolve("empty-dirs"), "a file where a directory should be");

        assertThatThrownBy(() -> host.emptyDir(Samples.id(3, 1), "work"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("emptyDir work")
                .hasMessageContaining(data.toString())
                .hasMessageNotContaining("web-3");
    }

    private static String owned(Path path) throws IOException {
        var mode = (int) Files.getAttribute(path, "unix:mode") & 07777;
        return Files.getAttribute(path, "unix:gid") + " " + Integer.toOctalString(mode);
    }
}
