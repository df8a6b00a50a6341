package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.host.Host.Refused;
import dev.mayfly.model.Samples;
import java.io.IOException;
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
    void anEmptyDirIsEverybodysAndItsParentsAreNot() throws IOException {
        var directory = host.emptyDir(Samples.id(3, 1), "work");

        assertThat(Files.getPosixFilePermissions(directory)).contains(PosixFilePermission.OTHERS_WRITE);
        assertThat(Files.getPosixFilePermissions(directory.getParent()))
                .doesNotContain(PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ);
    }

    @Test
    void eachAttemptHasItsOwn() {
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
    void whatReplicasLeftThatNobodyKnowsGoes() {
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
    void discardingWhatIsNotThereIsFine() {
        assertThatCode(() -> host.discard(Samples.id(9, 9))).doesNotThrowAnyException();
    }

    @Test
    void whatCannotBeMadeIsRefusedInWordsThatAreTheSameForAllReplicas() throws IOException {
        Files.writeString(data.resolve("empty-dirs"), "a file where a directory should be");

        assertThatThrownBy(() -> host.emptyDir(Samples.id(3, 1), "work"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("emptyDir work")
                .hasMessageContaining(data.toString())
                .hasMessageNotContaining("web-3");
    }
}
