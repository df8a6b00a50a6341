package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host.Refused;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPathsTest {
    @TempDir(factory = RootOwned.class)
    Path directory;

    @Test
    void anExistingDirectoryIsUsedAsItIs() throws IOException {
        var data = Files.createDirectory(directory.resolve("data"));

        assertThat(prepare(data, "Directory")).isEqualTo(data);
        assertThat(prepare(data, "")).isEqualTo(data);
    }

    @Test
    void anOrCreateTypeCreatesTheLeafAndItsParents() {
        assertThat(prepare(directory.resolve("team/data"), "DirectoryOrCreate")).isDirectory();
        assertThat(prepare(directory.resolve("team/file"), "FileOrCreate")).isRegularFile();
    }

    @Test
    void replicasThatStartAtOnceMakeItAtOnce() {
        for (var round = 0; round < 200; round++) {
            var data = directory.resolve("round" + round).resolve("data");
            var file = directory.resolve("round" + round).resolve("file");

            var made = IntStream.range(0, 8)
                    .parallel()
                    .mapToObj(replica ->
                            replica % 2 == 0 ? prepare(data, "DirectoryOrCreate") : prepare(file, "FileOrCreate"))
                    .toList();

            assertThat(made).containsOnly(data, file);
        }
    }

    @Test
    void aMissingPathOrOneOfAnotherTypeIsRefused() throws IOException {
        var file = Files.createFile(directory.resolve("file"));

        assertRefused(directory.resolve("nothing"), "Directory", "is not a directory");
        assertRefused(directory.resolve("nothing"), "", "DirectoryOrCreate");
        assertRefused(directory.resolve("no/parent"), "Directory", "DirectoryOrCreate");
        assertRefused(file, "DirectoryOrCreate", "is not a directory");
        assertRefused(directory, "File", "is not a file");
        assertRefused(file, "CharDevice", "is not a character device");
        assertRefused(file, "BlockDevice", "is not a block device");
        assertRefused(file, "Socket", "is not a socket");
        assertRefused(directory.resolve("nothing"), "Socket", "is not a socket");
    }

    @Test
    void anInvalidPathIsRefused() {
        assertThatThrownBy(() -> HostPaths.prepare(new Volume.HostPath("/srv/\0", "")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is no path on this host");
    }

    @Test
    void devicesAndSocketsAreRecognized() throws IOException {
        var socket = directory.resolve("socket");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));

            assertThat(prepare(socket, "Socket")).isEqualTo(socket);
            assertRefused(socket, "File", "is not a file");
        }
        assertThat(prepare(Path.of("/dev/null"), "CharDevice")).isEqualTo(Path.of("/dev/null"));
    }

    @Test
    void aSymbolicLinkIsRefusedRegardlessOfItsTarget() throws IOException {
        var real = Files.createDirectory(directory.resolve("real"));
        var link = Files.createSymbolicLink(directory.resolve("link"), real);

        assertRefused(link, "Directory", "is a symbolic link");
        assertRefused(link, "DirectoryOrCreate", "is a symbolic link");
        assertRefused(
                Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("x")),
                "",
                "is a symbolic link");
    }

    @Test
    void aSymbolicLinkOnTheWayIsRefused() throws IOException {
        Files.createDirectories(directory.resolve("real/data"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));

        assertRefused(directory.resolve("link/data"), "Directory", "leads through the symbolic link");
    }

    @Test
    void aParentThatOthersCanChangeIsRefusedWithTheRemedy() throws IOException {
        var parent = Files.createDirectory(directory.resolve("open"));
        Files.createDirectory(parent.resolve("data"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertRefused(parent.resolve("data"), "Directory", "chmod go-w " + parent);
    }

    @Test
    void aParentOfAnotherOwnerIsRefusedWithTheRemedy() throws IOException {
        var parent = Files.createDirectory(directory.resolve("theirs"));
        Files.createDirectory(parent.resolve("data"));
        Files.setAttribute(parent, "unix:uid", 65534);

        assertRefused(parent.resolve("data"), "Directory", "chown root " + parent);
    }

    @Test
    void theLeafMayBelongToAnyUser() throws IOException {
        var data = Files.createDirectory(directory.resolve("data"));
        Files.setAttribute(data, "unix:uid", 65534);

        assertThat(prepare(data, "Directory")).isEqualTo(data);
    }

    private static Path prepare(Path path, String type) {
        return HostPaths.prepare(new Volume.HostPath(path.toString(), type));
    }

    private static void assertRefused(Path path, String type, String message) {
        assertThatThrownBy(() -> prepare(path, type))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(message);
    }
}
