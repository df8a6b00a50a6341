package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.host.Host.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayLayersTest {
    private static final String ID = "a".repeat(64);
    private static final Set<String> MADE = Set.of("/work");

    @TempDir
    Path directory;

    private Path snapshots;
    private Path mounts;

    @BeforeEach
    void makeSnapshots() throws IOException {
        snapshots = directory.resolve("containerd/io.containerd.snapshotter.v1.overlayfs/snapshots");
        mounts = directory.resolve("mountinfo");
        for (var number : List.of("7", "8", "9")) {
            Files.createDirectories(snapshots.resolve(number + "/fs"));
        }
        Files.writeString(mounts, "22 1 254:0 / / rw - ext4 /dev/vda rw\n");
    }

    @Test
    void aRunningContainersLayersAreThoseOfItsMount() throws IOException {
        mounted(ID, "rw,lowerdir=%1$s/8/fs:%1$s/7/fs,upperdir=%1$s/9/fs,workdir=%1$s/9/work,index=off");

        assertThat(layer()).contains(new WritableLayer(at("9"), List.of(at("8"), at("7")), MADE));
    }

    @Test
    void manyLayersAreRelativeToAllSnapshots() throws IOException {
        mounted(ID, "rw,lowerdir=8/fs:7/fs,upperdir=%1$s/9/fs,workdir=%1$s/9/work");

        assertThat(layer().orElseThrow().lowers()).containsExactly(at("8"), at("7"));
    }

    @Test
    void layersThatTheKernelPrintsOneByOneAreRead() throws IOException {
        mounted(ID, "rw,lowerdir+=%1$s/8/fs,lowerdir+=%1$s/7/fs,upperdir=%1$s/9/fs");

        assertThat(layer().orElseThrow().lowers()).containsExactly(at("8"), at("7"));
    }

    @Test
    void anotherContainersMountSaysNothing() throws IOException {
        mounted("b".repeat(64), "rw,lowerdir=%1$s/8/fs,upperdir=%1$s/9/fs");

        assertThat(layer()).isEmpty();
    }

    @Test
    void anEndedContainersLayersAreThoseThatContainerdTells() {
        var printed =
                "mount -t overlay overlay /any -o index=off,workdir=%1$s/9/work,upperdir=%1$s/9/fs,lowerdir=%1$s/8/fs:%1$s/7/fs"
                        .formatted(snapshots);
        var layers = new OverlayLayers(mounts, command -> {
            assertThat(command)
                    .startsWith("ctr", "--address=/run/containerd.sock", "--namespace=moby")
                    .contains("--snapshotter=overlayfs")
                    .endsWith(ID);
            return List.of(printed);
        });

        assertThat(layers.of(ID, snapshots(Optional.of("/run/containerd.sock")), MADE))
                .contains(new WritableLayer(at("9"), List.of(at("8"), at("7")), MADE));
    }

    @Test
    void aSnapshotThatIsNoOverlayIsNone() {
        var layers = new OverlayLayers(
                mounts, command -> List.of("mount -t bind " + at("9") + " /any -o rw,rbind", "ctr: not found"));

        assertThat(layers.of(ID, snapshots(Optional.of("/run/containerd.sock")), MADE))
                .isEmpty();
    }

    @Test
    void directoriesThatThisMachineDoesNotHaveAreNone() throws IOException {
        mounted(ID, "rw,lowerdir=/elsewhere/8/fs,upperdir=%1$s/9/fs");
        assertThat(layer()).isEmpty();

        mounted(ID, "rw,lowerdir=8/fs,upperdir=relative");
        assertThat(layer()).isEmpty();

        Files.delete(mounts);
        assertThat(layer()).isEmpty();
    }

    private void mounted(String container, String options) throws IOException {
        Files.writeString(
                mounts,
                "36 22 0:42 / /var/lib/docker/rootfs/overlayfs/%s rw,relatime shared:7 - overlay overlay %s\n"
                        .formatted(container, options.formatted(snapshots)));
    }

    private Path at(String number) {
        return snapshots.resolve(number + "/fs");
    }

    private Optional<WritableLayer> layer() {
        return new OverlayLayers(mounts, command -> List.of()).of(ID, snapshots(Optional.empty()), MADE);
    }

    private static Snapshots snapshots(Optional<String> address) {
        return new Snapshots(address, "moby", "overlayfs");
    }
}
