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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void noOtherUserOfTheHostReachesAnEmptyDir() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        var file = Files.writeString(host.emptyDir(Samples.id(3, 1), "work").resolve("file"), "of a replica");

        assertThat(asNobody("cat", file)).isNotZero();
        assertThat(asNobody("touch", file.resolveSibling("planted"))).isNotZero();
    }

    /** Earlier versions let every user pass, so that who knew a path could read the files. */
    @Test
    void anEmptyDirOfAnEarlierVersionIsClosedWhileItsReplicaRuns() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        var file = Files.writeString(host.emptyDir(Samples.id(3, 1), "work").resolve("file"), "of a replica");
        for (var parent = file.getParent(); !parent.equals(data); parent = parent.getParent()) {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
        }
        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(asNobody("cat", file)).isZero();

        host.discardAllBut(() -> Set.of(Samples.id(3, 1)), Pace.FREE);

        assertThat(asNobody("cat", file)).isNotZero();
        assertThat(file).exists();
    }

    private static int asNobody(String command, Path file) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", command, file.toString())
                .start()
                .waitFor();
    }

    @Test
    void anEmptyWorkloadDirectoryLeftByACrashIsRemoved() throws IOException {
        var work = host.emptyDir(Samples.id(3, 1), "work");
        var cutOff = Files.createDirectory(data.resolve("empty-dirs/0000-gone"));

        host.discardAllBut(() -> Set.of(Samples.id(3, 1)), Pace.FREE);

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

        host.discard(Samples.id(3, 1), Pace.FREE);

        assertThat(gone.getParent()).doesNotExist();
        assertThat(other).isDirectory();

        host.discard(Samples.id(3, 2), Pace.FREE);

        assertThat(data.resolve("empty-dirs")).isEmptyDirectory();
    }

    /** The rest may take long, or be refused. */
    @Test
    void filesOfSecretsAreDiscardedFirst() throws IOException {
        var replica = host.emptyDir(Samples.id(3, 1), "work").getParent();
        var secret =
                data.resolve("memory/files").resolve(data.resolve("empty-dirs").relativize(replica));
        Files.createDirectories(secret);

        assertThatThrownBy(() -> host.discard(Samples.id(3, 1), () -> {
                    throw new Refused("not today");
                }))
                .isInstanceOf(Refused.class);

        assertThat(secret).doesNotExist();
        assertThat(replica).isDirectory();
    }

    @Test
    void directoriesOfUnknownReplicasAreRemoved() {
        var stray = host.emptyDir(Samples.id(3, 1), "work");
        var known = host.emptyDir(Samples.id(3, 2), "work");

        host.discardAllBut(() -> Set.of(Samples.id(3, 2)), Pace.FREE);

        assertThat(stray.getParent()).doesNotExist();
        assertThat(known).isDirectory();
    }

    /** Its directory is removed slowly, and meanwhile a replica gets the slot and attempt. */
    @Test
    void whatAReplicaGetsMeanwhileIsNotRemoved() throws IOException {
        Files.writeString(host.emptyDir(Samples.id(3, 1), "work").resolve("file"), "of nobody");
        Pace begins = () -> host.emptyDir(Samples.id(3, 1), "work");

        host.discardAllBut(Set::of, begins);

        assertThat(data.resolve("empty-dirs/" + Samples.WEB.uid())).isDirectoryContaining("glob:**/3_1");
        assertThat(host.emptyDir(Samples.id(3, 1), "work")).isEmptyDirectory();
    }

    @Test
    void aReplicaBeginsWithoutWhatAnotherOfItsSlotAndAttemptLeft() throws IOException {
        var work = host.emptyDir(Samples.id(3, 1), "work");
        Files.writeString(work.resolve("file"), "of another");

        host.setAside(Samples.id(3, 1));

        assertThat(host.emptyDir(Samples.id(3, 1), "work")).isEqualTo(work).isEmptyDirectory();
        host.discardAllBut(() -> Set.of(Samples.id(3, 1)), Pace.FREE);
        assertThat(work.getParent().getParent().toFile().list()).containsExactly("3_1");
    }

    @Test
    void aFormerLeaderRemovesNoDirectoryOfItsSuccessorsReplicas() {
        var successors = host.emptyDir(Samples.id(3, 1), "work");
        var former = new LinuxHost(data, data.resolve("memory"), () -> false);

        assertThatThrownBy(() -> former.discardAllBut(Set::of, Pace.FREE)).isInstanceOf(Host.Refused.class);

        assertThat(successors).isDirectory();
    }

    @Test
    void discardingNeverFollowsALink() throws IOException {
        var treasure = Files.writeString(data.resolve("treasure"), "gold");
        var directory = host.emptyDir(Samples.id(3, 1), "work");
        Files.createSymbolicLink(directory.resolve("link"), treasure);
        Files.createSymbolicLink(directory.resolve("up"), data);

        host.discard(Samples.id(3, 1), Pace.FREE);

        assertThat(treasure).hasContent("gold");
        assertThat(directory).doesNotExist();
    }

    /** A process can nest directories until the disk has no inode left; a path has at most 4,096 bytes. */
    @Test
    void aTreeDeeperThanAnyPathIsDiscarded() throws IOException {
        var directory = host.emptyDir(Samples.id(3, 1), "work");
        var top = chain(directory.resolve("a"));
        for (var i = 0; i < 5; i++) {
            var longer = chain(directory.resolve("b"));
            Files.move(top, deepest(longer).resolve("a"));
            top = Files.move(longer, directory.resolve("a"));
        }
        Files.writeString(deepest(top).resolve("file"), "x");

        host.discard(Samples.id(3, 1), Pace.FREE);

        assertThat(data.resolve("empty-dirs")).isEmptyDirectory();
    }

    /** 16 directories with names of 200 characters. */
    private static Path chain(Path top) throws IOException {
        Files.createDirectories(deepest(top));
        return top;
    }

    private static Path deepest(Path chain) {
        return chain.resolve(("d".repeat(200) + "/").repeat(16));
    }

    @Test
    void twoThreadsMayDiscardTheSameReplica() throws Exception {
        var directory = host.emptyDir(Samples.id(3, 1), "work");
        for (var i = 0; i < 200; i++) {
            Files.writeString(
                    Files.createDirectories(directory.resolve(i + "/x/y")).resolve("file"), "x");
        }

        try (var other = Executors.newSingleThreadExecutor()) {
            var discarded = other.submit(() -> host.discard(Samples.id(3, 1), Pace.FREE));
            host.discard(Samples.id(3, 1), Pace.FREE);
            discarded.get();
        }

        assertThat(data.resolve("empty-dirs")).isEmptyDirectory();
    }

    /** Somebody mounted a disk there by hand, or a mount was left behind. */
    @ParameterizedTest
    @ValueSource(strings = {"", "mnt", "deep/mnt"})
    void whatIsMountedInAnEmptyDirIsNeverEmptied(String below) throws Exception {
        var treasure = Files.writeString(
                Files.createDirectory(data.resolve("elsewhere")).resolve("gold"), "gold");
        var place =
                Files.createDirectories(host.emptyDir(Samples.id(3, 1), "work").resolve(below));
        run("mount", "--bind", treasure.getParent().toString(), place.toString());
        try {
            assertThatThrownBy(() -> host.discard(Samples.id(3, 1), Pace.FREE))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("unmount it");
            assertThat(treasure).hasContent("gold");
        } finally {
            run("sh", "-c", "umount $(grep -o '" + data + "[^ ]*' /proc/self/mounts)");
        }

        host.discard(Samples.id(3, 1), Pace.FREE);
        assertThat(data.resolve("empty-dirs")).isEmptyDirectory();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void discardingAMissingDirectoryIsNoError() {
        assertThatCode(() -> host.discard(Samples.id(9, 9), Pace.FREE)).doesNotThrowAnyException();
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
}
