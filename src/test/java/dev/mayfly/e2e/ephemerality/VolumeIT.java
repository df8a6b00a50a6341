package dev.mayfly.e2e.ephemerality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.e2e.image.Cli;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeIT extends OperatorScenario {
    private static final String STAYS = "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n";

    VolumeIT() {
        super("volume");
    }

    @Test
    void whatIsWrittenToAHostPathOutlivesReplicas() {
        var path = prefix() + "/kept";
        var replica = running("host", 1, mounted("hostPath: {path: %s, type: DirectoryOrCreate}".formatted(path)));
        assertThat(Cli.in(replica, "echo treasure >/data/file").code()).isZero();

        var successor = replaced("host", replica);
        assertThat(Cli.in(successor, "cat /data/file").output()).isEqualTo("treasure");

        workloads.scale("host", 0);
        workloads.awaitRunning("host", 0);
        workloads.scale("host", 1);
        await().atMost(SOON).until(() -> workloads.running("host").size() == 1);
        assertThat(Cli.in(workloads.running("host").getFirst(), "cat /data/file")
                        .output())
                .isEqualTo("treasure");

        gone("host");
        assertThat(Path.of(path, "file")).hasContent("treasure");
    }

    @Test
    void anEmptyDirOnDiskIsFreshForEachAttemptAndLeavesNothing() {
        var replica = running("disk", 1, mounted("emptyDir: {}"));
        var source = source(replica);
        assertThat(Cli.in(replica, "touch /data/file && ls /data").output()).isEqualTo("file");
        assertThat(source).isDirectoryContaining(path -> path.endsWith("file"));

        var successor = replaced("disk", replica);
        assertThat(Cli.in(successor, "ls /data").output()).isEmpty();

        var last = source(successor);
        Cli.docker("rm", "-f", successor.getId());
        await().atMost(SOON).until(() -> !Files.exists(last));
        gone("disk");
        assertThat(source.getParent().getParent()).doesNotExist();
    }

    @Test
    void anEmptyDirOnDiskIsForItsReplicaOfAnyUserAndForNoUserOfTheHost() {
        var replica = running("mine", 1, "securityContext: {runAsUser: 4711}\n" + mounted("emptyDir: {}"));
        assertThat(Cli.in(replica, "echo secret >/data/file && cat /data/file").output())
                .isEqualTo("secret");

        var read = Cli.shell("setpriv --reuid=65534 --clear-groups cat " + source(replica) + "/file");

        assertThat(read.code()).isNotZero();
        assertThat(read.output()).contains("Permission denied");
        gone("mine");
    }

    /** Each name has 200 characters, so that after 20 levels no path leads to the deepest directory. */
    @Test
    void anEmptyDirThatIsDeeperThanAnyPathIsRemoved() {
        var replica = running("deep", 1, mounted("emptyDir: {}"));
        var nest = "cd /data; d=$(printf %0200d 0); for i in $(seq 300); do mkdir $d && cd -P ./$d || exit 1; done";
        assertThat(Cli.in(replica, nest).code()).isZero();
        var source = source(replica);

        gone("deep");

        assertThat(source).doesNotExist();
    }

    @Test
    void directoriesLeftWhileNoOperatorRanAreRemovedAtItsStart() {
        var replica = running("unseen", 1, mounted("emptyDir: {}"));
        var source = source(replica);

        operator.kill9();
        Cli.docker("rm", "-f", replica.getId());
        operator.start();

        await().atMost(SOON).until(() -> workloads.running("unseen").size() == 1);
        await().atMost(SOON)
                .until(() -> !Files.exists(source)
                        || source.equals(source(workloads.running("unseen").getFirst())));
        assertThat(Cli.in(workloads.running("unseen").getFirst(), "ls /data").output())
                .isEmpty();
        gone("unseen");
    }

    @Test
    void anEmptyDirInMemoryIsFreshForEachAttemptAndOfItsSize() {
        var replica = running("memory", 1, mounted("emptyDir: {medium: Memory, sizeLimit: 2Mi}"));
        assertThat(Cli.in(replica, "dd if=/dev/zero of=/data/file bs=1M count=3 2>&1")
                        .output())
                .contains("No space left");

        assertThat(Cli.in(replaced("memory", replica), "ls /data").output()).isEmpty();
        gone("memory");
    }

    @Test
    void aDockerVolumeIsRetainedOrRemovedWithItsLastWorkload() {
        running("retain", 1, mounted("dockerVolume: {name: kept}"));
        var kept = volume(workloads.running("retain").getFirst());
        Cli.in(workloads.running("retain").getFirst(), "echo treasure >/data/file");
        var delete = mounted("dockerVolume: {name: shared, reclaimPolicy: Delete}");
        var shared = volume(running("first", 1, delete));
        running("second", 1, delete);
        workloads.scale("second", 0);
        workloads.awaitRunning("second", 0);

        gone("retain");
        gone("first");
        assertThat(volumes()).contains(kept, shared);

        gone("second");
        await().atMost(SOON).until(() -> !volumes().contains(shared));
        assertThat(Cli.in(running("retain", 1, mounted("dockerVolume: {name: kept}")), "cat /data/file")
                        .output())
                .isEqualTo("treasure");
        gone("retain");
        Cli.docker("volume", "rm", kept);
    }

    @Test
    void aReadOnlyMountTakesNoWrites() throws IOException {
        Files.createDirectories(prefix().resolve("page"));
        Files.writeString(prefix().resolve("page/index"), "hello");
        var replica = running(
                "reader",
                1,
                STAYS
                        + "volumes: [{name: data, hostPath: {path: %s/page, type: Directory}}]\n".formatted(prefix())
                        + "volumeMounts: [{name: data, mountPath: /data, readOnly: true}]\n");

        assertThat(Cli.in(replica, "cat /data/index").output()).isEqualTo("hello");
        assertThat(Cli.in(replica, "touch /data/file").output()).contains("Read-only file system");
        gone("reader");
    }

    private static String mounted(String source) {
        return STAYS + "volumes: [{name: data, %s}]\n".formatted(source)
                + "volumeMounts: [{name: data, mountPath: /data}]\n";
    }

    private static Path source(Container replica) {
        return Path.of(Docker.inspect(replica).getMounts().getFirst().getSource());
    }

    private static String volume(Container replica) {
        return Docker.inspect(replica).getMounts().getFirst().getName();
    }

    private static List<String> volumes() {
        return Cli.docker("volume", "ls", "-q").lines().toList();
    }
}
