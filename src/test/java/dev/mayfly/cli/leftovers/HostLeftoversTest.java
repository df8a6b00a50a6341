package dev.mayfly.cli.leftovers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLeftoversTest {
    @TempDir
    Path root;

    @Test
    void directoriesAndMountsOfClustersAreListedAndUserDataSeparately() throws IOException {
        for (var directory : List.of("run/mayfly/feedfeedfeed", "var/lib/mayfly/feedfeedfeed", "srv/mayfly/shop")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.createDirectories(root.resolve("run/mayfly/somebody-elses"));
        mounts("mayfly /run/mayfly/feedfeedfeed tmpfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n");

        assertThat(found().stream().map(thing -> thing.kind() + " " + thing.name() + " " + thing.kept()))
                .containsExactly(
                        "directory " + root.resolve("run/mayfly/feedfeedfeed") + " false",
                        "directory " + root.resolve("var/lib/mayfly/feedfeedfeed") + " false",
                        "mount /run/mayfly/feedfeedfeed false",
                        "directory " + root.resolve("srv/mayfly/shop") + " true");
    }

    @Test
    void theDirectoryOfAKilledScanIsListed() throws IOException {
        for (var directory : List.of(
                "tmp/mayfly-scan-feedfeedfeed-4711",
                "tmp/mayfly-scan-feedfeedfeed-mine",
                "tmp/mayfly-scan-test-4711")) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.createFile(root.resolve("tmp/mayfly-scan-feedfeedfeed-4712"));
        mounts("");

        assertThat(found())
                .containsExactly(Leftover.onHost(
                        "directory",
                        root.resolve("tmp/mayfly-scan-feedfeedfeed-4711").toString(),
                        "feedfeedfeed",
                        "of a scan"));
    }

    @Test
    void aMachineThatNeverRanMayflyHasNoLeftovers() throws IOException {
        mounts("");

        assertThat(found()).isEmpty();
    }

    @Test
    void aChainOfThePacketFilterIsListed() throws IOException {
        mounts("");

        assertThat(found(
                        ":INPUT ACCEPT [0:0]",
                        ":MAYFLY-feedfeedfeed - [0:0]",
                        "-A INPUT -i br-+ -j MAYFLY-feedfeedfeed"))
                .containsExactly(
                        Leftover.onHost("chain", "MAYFLY-feedfeedfeed", "feedfeedfeed", "of the packet filter"));
    }

    private List<Leftover> found(String... rules) {
        var found = new ArrayList<Leftover>();
        new HostLeftovers(root, () -> List.of(rules)).find(found::add);
        return found;
    }

    private void mounts(String text) throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/mounts"), text);
    }
}
