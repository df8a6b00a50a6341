package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.image.StoredImage;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.runtime.ImageStore.Disk;
import dev.mayfly.runtime.ImageStore.InUse;
import dev.mayfly.runtime.ImageStore.Removed;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.image.EngineImages.ImageUses;
import dev.mayfly.testing.engine.DiskUse;
import dev.mayfly.testing.engine.LayeredImages;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine. */
@Tag("engine")
class EngineImagesTest {
    /** containerd's image store keeps the archive of each layer as well, and counts both (docs/reference/support.md). */
    private static final String COUNTS_LAYERS_ONCE = "overlay2";

    private static final String BUSYBOX = "busybox:1.36";
    private static final int KIB = 1024;

    @TempDir
    private static Path directory;

    private final String prefix =
            "mayfly-test/collection-" + UUID.randomUUID().toString().substring(0, 8) + ":";
    private final Engine engine = new EngineConnector(Settings.of("c0ffee000000")).connect();
    private final EngineImages images = new EngineImages(() -> engine, Optional.empty(), new ImageUses());
    private LayeredImages layered;

    @BeforeEach
    void connect() {
        layered = new LayeredImages(engine.client(), directory);
    }

    @AfterEach
    void leaveNothing() throws Exception {
        layered.close();
        engine.close();
    }

    /**
     * Busybox is one layer. Other programs use the engine too, so its totals count only if no other program changed
     * them.
     */
    @Test
    @Tag(COUNTS_LAYERS_ONCE)
    void removalFreesExactlyTheOwnTwoOfFiveLayersByTheEnginesOwnCount() {
        var base = layered.make(prefix + "base", BUSYBOX, 100, 200);
        layered.make(prefix + "other", base, 300);
        DiskUse before;
        DiskUse after;
        var tries = 0;
        do {
            var image = find(layered.make(prefix + "five", base, 40, 50));
            assertThat(image.layers()).hasSize(5);
            assertThat(image.layers().subList(0, 3)).isEqualTo(find(base).layers());
            before = DiskUse.of(engine.client());
            assertThat(image.ownBytes()).isEqualTo(own(before, image)).isEqualTo(90 * KIB);

            var removed = images.remove(image, image.names().toList());

            after = DiskUse.of(engine.client());
            assertThat(removed).isEqualTo(new Removed(1, 2, 90 * KIB));
            assertThat(after.images()).doesNotContainKey(image.id());
        } while (!onlyOneIsGone(before, after)
                || before.layers() - after.layers() != 90 * KIB && ++tries < 10); // a build changes the layers first
        assertThat(before.layers() - after.layers()).isEqualTo(90 * KIB);
        assertThat(find(prefix + "other").layers()).hasSize(4);
    }

    private static long own(DiskUse use, StoredImage image) {
        var usage = use.images().get(image.id());
        return usage.size() - usage.shared();
    }

    private static boolean onlyOneIsGone(DiskUse before, DiskUse after) {
        var gone = new HashSet<>(before.images().keySet());
        gone.removeAll(after.images().keySet());
        return gone.size() == 1
                && before.images().keySet().containsAll(after.images().keySet());
    }

    @Test
    @Tag(COUNTS_LAYERS_ONCE)
    void sizesAreTheEnginesOwn() {
        var base = layered.make(prefix + "base", BUSYBOX, 100, 200);
        layered.make(prefix + "built", base, 40);
        layered.make(prefix + "also", base);
        var usage = DiskUse.of(engine.client()).images();

        for (var image : List.of(find(base), find(prefix + "built"))) {
            assertThat(new DiskUse.Image(image.sizeBytes(), image.sharedBytes()))
                    .isEqualTo(usage.get(image.id()));
            assertThat(image.layers().stream()
                            .mapToLong(StoredImage.Layer::bytes)
                            .sum())
                    .isEqualTo(image.sizeBytes());
        }
        assertThat(find(base).tags())
                .containsExactlyInAnyOrder("docker.io/" + prefix + "base", "docker.io/" + prefix + "also");
    }

    @Test
    void anImageOfAContainerIsKeptAndItsUsersAreNamed() {
        var image = find(layered.make(prefix + "used", BUSYBOX, 10));
        var name = "collection-" + UUID.randomUUID();
        var stopped = engine.client()
                .createContainerCmd(image.id())
                .withName(name)
                .exec()
                .getId();
        try {
            assertThatThrownBy(() -> images.remove(image, image.names().toList()))
                    .isInstanceOf(InUse.class)
                    .hasMessage("docker.io/" + prefix + "used is in use by container " + name
                            + ", so it is kept. Remove these first.");
            assertThat(find(prefix + "used").containers()).containsExactly(name);
        } finally {
            engine.remove(stopped);
        }
    }

    @Test
    void aParentImageKeepsItsName() {
        var base = layered.make(prefix + "base", BUSYBOX, 10);
        layered.make(prefix + "built", base, 10);

        assertThatThrownBy(() -> images.remove(find(base), find(base).names().toList()))
                .isInstanceOf(InUse.class)
                .hasMessageContaining("in use by image " + prefix + "built");
        assertThat(find(base).tags()).containsExactly("docker.io/" + base);
    }

    @Test
    void anImageKeepsTheNamesThatWereNotToGo() {
        var image = find(layered.make(prefix + "ours", BUSYBOX, 10));
        layered.make(prefix + "theirs", image.id());

        assertThat(images.remove(image, List.of("docker.io/" + prefix + "ours", prefix + "unknown")))
                .isEqualTo(new Removed(0, 0, 0));
        assertThat(find(prefix + "theirs").tags()).containsExactly("docker.io/" + prefix + "theirs");
    }

    @Test
    void aTagThatMovedMeanwhileIsNotTakenFromTheOtherImage() {
        var image = find(layered.make(prefix + "moving", BUSYBOX, 10));
        var other = layered.make(prefix + "moving", BUSYBOX, 10);

        images.remove(image, List.of("docker.io/" + prefix + "moving"));

        assertThat(find(other).id()).isNotEqualTo(image.id());
        engine.client().removeImageCmd(image.id()).exec(); // nameless, and still there
    }

    @Test
    void diskUsageIsKnownOnlyWithAHost() {
        var here = new EngineImages(
                () -> engine,
                Optional.of(new LinuxHost(directory.resolve("data"), directory.resolve("memory"))),
                new ImageUses());

        assertThat(images.disk()).isEqualTo(new Disk(0, 0));
        assertThat(here.disk().totalBytes()).isGreaterThan(here.disk().usedBytes());
        assertThat(here.disk().usedBytes()).isPositive();
    }

    private StoredImage find(String reference) {
        return images.images().stream()
                .filter(image -> image.tags().contains("docker.io/" + reference))
                .findFirst()
                .orElseThrow();
    }
}
