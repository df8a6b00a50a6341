package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Tenants;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryFilesTest {
    /** A tmpfs on every Linux. */
    private final Path root =
            Path.of("/dev/shm", "mayfly-test-" + ProcessHandle.current().pid());

    private MemoryFiles files;

    @BeforeEach
    void start() {
        files = new MemoryFiles(root);
    }

    @AfterEach
    void leaveNothing() throws IOException {
        files.discardAllBut(Set::of);
        Files.deleteIfExists(root.resolve("files"));
        Files.deleteIfExists(root);
    }

    @Test
    void filesHaveTheirModesAndOnlyRootCanReachTheParents() throws IOException {
        var directory = write(1, -1, Map.of("app.conf", 0644, "deep/er/key", 0400));

        assertThat(mode(directory.resolve("app.conf"))).isEqualTo("644");
        assertThat(mode(directory.resolve("deep/er/key"))).isEqualTo("400");
        assertThat(directory.resolve("deep/er/key")).hasContent("deep/er/key");
        assertThat(mode(directory.resolve("deep"))).isEqualTo("755");
        assertThat(mode(root)).isEqualTo("700");
        assertThat(mode(directory.getParent())).isEqualTo("700");
    }

    @Test
    void aDirectoryThatAContainerHasFromItsHostIsAMountPoint() {
        var container = "70 60 254:0 /run/mayfly /run/mayfly rw,relatime master:1 - ext4 /dev/vda rw";
        var host = "23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw";

        assertThat(MemoryFiles.MemoryMount.isMountPoint(Stream.of(host, container), Path.of("/run/mayfly")))
                .isTrue();
        assertThat(MemoryFiles.MemoryMount.isMountPoint(Stream.of(host), Path.of("/run/mayfly")))
                .isFalse();
    }

    @Test
    void theGroupMayReadRegardlessOfTheMode() throws IOException {
        var directory = write(1, 4711, Map.of("deep/key", 0400));

        assertThat(mode(directory.resolve("deep/key"))).isEqualTo("440");
        assertThat(Files.getAttribute(directory.resolve("deep/key"), "unix:gid"))
                .isEqualTo(4711);
        assertThat(Files.getAttribute(directory, "unix:gid")).isEqualTo(4711);
        assertThat(mode(directory)).isEqualTo("2755");
    }

    @Test
    void aRepeatedWriteLeavesTheFilesRequestedLast() {
        write(1, -1, Map.of("old", 0644, "both", 0644));

        var directory = write(1, -1, Map.of("new", 0644, "both", 0600));

        assertThat(directory).isDirectoryNotContaining("glob:**/old");
        assertThat(directory.resolve("new")).hasContent("new");
        assertThat(directory.resolve("both")).hasContent("both");
    }

    @Test
    void eachAttemptHasItsOwnFilesAndTheyAreRemovedWithIt() {
        var first = write(1, -1, Map.of("a", 0644));
        var second = write(2, -1, Map.of("a", 0644));

        files.discard(Samples.id(3, 1));

        assertThat(first).doesNotExist();
        assertThat(second.resolve("a")).exists();

        files.discardAllBut(Set::of);

        assertThat(root.resolve("files")).isEmptyDirectory();
    }

    @Test
    void noPathLeadsOutOfTheVolume() {
        for (var path : new String[] {"../x", "/etc/x", "a/../../x", "."}) {
            assertThatThrownBy(() -> write(1, -1, Map.of(path, 0644)))
                    .as(path)
                    .isInstanceOf(Host.Refused.class)
                    .hasMessageContaining("out of its volume");
        }
    }

    @Test
    void aTmpfsIsMountedWhereThereIsNone(@TempDir(factory = RootOwned.class) Path disk)
            throws IOException, InterruptedException {
        var place = disk.resolve("memory");
        try {
            var directory = new MemoryFiles(place)
                    .write(Samples.id(3, 1), "v", new Volume.Files(Map.of("a", content("x", 0644))), -1);

            assertThat(Files.getFileStore(directory).type()).isEqualTo("tmpfs");
            assertThat(mode(place)).isEqualTo("700");
        } finally {
            new ProcessBuilder("umount", place.toString()).start().waitFor();
        }
        assertThat(place).isEmptyDirectory();
    }

    @Test
    void oneNamespaceLeavesMemoryForOthersAlsoAfterARestart(@TempDir(factory = RootOwned.class) Path disk)
            throws IOException, InterruptedException {
        var place = Files.createDirectory(disk.resolve("memory"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "mayfly-test", place.toString());
        try {
            var hostile = Tenants.owner("hostile", "web");
            var small = new MemoryFiles(place);
            var written = new HashSet<ReplicaId>();
            assertThatThrownBy(() -> {
                        for (var slot = 0; slot < 100; slot++) {
                            fill(small, new ReplicaId(hostile, slot, 1), 256);
                            written.add(new ReplicaId(hostile, slot, 1));
                        }
                    })
                    .isInstanceOf(Host.Refused.class)
                    .hasMessageContaining("namespace hostile has used up its half of the memory")
                    .hasMessageContaining("2048 KiB");
            fill(small, new ReplicaId(Tenants.VICTIM, 0, 1), 1024);
            written.add(new ReplicaId(Tenants.VICTIM, 0, 1));
            assertThat(written).hasSize(1 + 7);

            var restarted = new MemoryFiles(place);
            restarted.discardAllBut(() -> written);
            var more = new ReplicaId(hostile, 50, 1);
            assertThatThrownBy(() -> fill(restarted, more, 256)).isInstanceOf(Host.Refused.class);
            restarted.discard(new ReplicaId(hostile, 0, 1));
            fill(restarted, more, 256);
        } finally {
            run("umount", place.toString());
        }
    }

    @Test
    void aTenthOfTheMemoryStaysFree(@TempDir(factory = RootOwned.class) Path disk)
            throws IOException, InterruptedException {
        var place = Files.createDirectory(disk.resolve("memory"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "mayfly-test", place.toString());
        try {
            var small = new MemoryFiles(place);
            fill(small, new ReplicaId(Tenants.owner("a", "web"), 0, 1), 1900);
            assertThatThrownBy(() -> fill(small, new ReplicaId(Tenants.owner("b", "web"), 0, 1), 1900))
                    .isInstanceOf(Host.Refused.class)
                    .hasMessageContaining("only a tenth of the memory at " + place);
        } finally {
            run("umount", place.toString());
        }
    }

    private static void fill(MemoryFiles files, ReplicaId replica, int kibibytes) {
        var content = new FileContent(new byte[kibibytes << 10], 0644);
        files.write(replica, "conf", new Volume.Files(Map.of("key", content)), -1);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private Path write(int attempt, long group, Map<String, Integer> modes) {
        var contents = new HashMap<String, FileContent>();
        modes.forEach((path, mode) -> contents.put(path, content(path, mode)));
        return files.write(Samples.id(3, attempt), "conf", new Volume.Files(contents), group);
    }

    private static FileContent content(String text, int mode) {
        return new FileContent(text.getBytes(StandardCharsets.UTF_8), mode);
    }

    private static String mode(Path path) throws IOException {
        return Integer.toOctalString((int) Files.getAttribute(path, "unix:mode") & 07777);
    }
}
