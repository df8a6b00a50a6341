package dev.mayfly.imagearchive;

import static dev.mayfly.imagearchive.Tars.digest;
import static dev.mayfly.imagearchive.Tars.files;
import static dev.mayfly.imagearchive.Tars.packed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Archives as old and new engines write them. */
class ImageArchiveTest {
    private static final byte[] LOWER = Tars.layer("bin/su 4755", "bin/mount 4755");
    private static final byte[] UPPER = Tars.layer("bin/.wh.su");
    private static final List<String> LAYERS = List.of(digest(LOWER), digest(UPPER));
    private static final Set<String> SHOWN = Set.of("/bin/mount");
    private static final String CONFIG = "{\"rootfs\":{\"type\":\"layers\"}}";

    @Test
    void docker2010WritesTheManifestLastAndLayersInAnyOrder() throws IOException {
        var saved = files(
                "0a/VERSION",
                "1.0",
                "0a/json",
                "{}",
                "0a/layer.tar",
                UPPER, // above 1b, and before it
                "1b/VERSION",
                "1.0",
                "1b/json",
                "{}",
                "1b/layer.tar",
                LOWER,
                "c0ffee.json",
                CONFIG,
                "manifest.json",
                "[{\"Config\":\"c0ffee.json\",\"Layers\":[\"1b/layer.tar\",\"0a/layer.tar\"]}]");

        assertThat(shown(saved)).isEqualTo(SHOWN);
    }

    @Test
    void newerEnginesWriteAnOciLayout() throws IOException {
        var saved = files(
                "blobs/sha256/aa",
                CONFIG,
                "blobs/sha256/bb",
                LOWER,
                "blobs/sha256/cc",
                "{\"schemaVersion\":2}",
                "blobs/sha256/dd",
                UPPER,
                "index.json",
                "{}",
                "manifest.json",
                "[]",
                "oci-layout",
                "{}");

        assertThat(shown(saved)).isEqualTo(SHOWN);
    }

    @Test
    void blobsMayBeCompressed() throws IOException {
        var saved = files(
                "blobs/sha256/aa", packed(LOWER, GZIPOutputStream::new),
                "blobs/sha256/bb", packed(UPPER, ZstdOutputStream::new));

        assertThat(shown(saved)).isEqualTo(SHOWN);
    }

    @Test
    void blobsOfOtherPlatformsAndAttestationsAreIgnored() throws IOException {
        var saved = files(
                "blobs/sha256/aa",
                LOWER,
                "blobs/sha256/bb",
                UPPER,
                "blobs/sha256/cc",
                Tars.layer("bin/other 4755"),
                "blobs/sha256/dd",
                "not a tar at all ".repeat(100),
                "blobs/sha256/ee",
                "");

        assertThat(shown(saved)).isEqualTo(SHOWN);
    }

    @Test
    void aLayerListedTwiceIsAppliedTwice() throws IOException {
        var layers = List.of(digest(LOWER), digest(UPPER), digest(LOWER));

        assertThat(ImageArchive.setuid(in(files("0a/layer.tar", UPPER, "1b/layer.tar", LOWER)), layers))
                .containsExactly("/bin/mount", "/bin/su");
    }

    @Test
    void anImageWithoutLayersShowsNothing() throws IOException {
        assertThat(ImageArchive.setuid(in(files("manifest.json", "[]")), List.of()))
                .isEmpty();
    }

    @Test
    void aMissingLayerIsAnError() {
        assertThatThrownBy(() -> shown(files("0a/layer.tar", LOWER)))
                .isInstanceOf(UnreadableImage.class)
                .hasMessageContaining("lacks layer " + digest(UPPER));
    }

    @Test
    void aLayerThatIsNotATarIsAnError() {
        var nonsense = "no tar ".repeat(200);
        var layers = List.of(digest(nonsense.getBytes()));

        assertThatThrownBy(() -> ImageArchive.setuid(in(files("0a/layer.tar", nonsense)), layers))
                .isInstanceOf(UnreadableImage.class)
                .hasMessageContaining("can't be read");
    }

    @Test
    void aTruncatedArchiveIsAnError() {
        var saved = files("0a/layer.tar", LOWER, "1b/layer.tar", UPPER);

        assertThatThrownBy(() -> shown(Arrays.copyOf(saved, 2000))).isInstanceOf(IOException.class);
    }

    private static Set<String> shown(byte[] saved) throws IOException {
        return ImageArchive.setuid(in(saved), LAYERS);
    }

    private static InputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }
}
