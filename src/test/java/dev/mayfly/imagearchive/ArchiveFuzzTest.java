package dev.mayfly.imagearchive;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import dev.mayfly.testing.ForeignInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Archives of images whose layers are packed in each way, and broken in each place. */
class ArchiveFuzzTest {

    @Property
    void everyArchiveIsReadOrRefused(@ForAll("archives") Saved archive) throws Exception {
        ForeignInput.assertSoon(() -> {
            try {
                var found = ImageArchive.setuid(new ByteArrayInputStream(archive.bytes()), archive.layers());
                assertThat(found).allSatisfy(path -> assertThat(path).startsWith("/"));
            } catch (IOException refused) {
                assertThat(String.valueOf(refused.getMessage())).hasSizeLessThan(1 << 13);
            }
        });
    }

    /** @param layers digests of the layers, as the engine lists them */
    record Saved(byte[] bytes, List<String> layers) {}

    private enum Packing {
        PLAIN {
            @Override
            byte[] pack(byte[] tar) {
                return tar;
            }
        },
        GZIP {
            @Override
            byte[] pack(byte[] tar) {
                return Tars.packed(tar, GZIPOutputStream::new);
            }
        },
        ZSTD {
            @Override
            byte[] pack(byte[] tar) {
                return Tars.packed(tar, ZstdOutputStream::new);
            }
        };

        abstract byte[] pack(byte[] tar);
    }

    @Provide
    static Arbitrary<Saved> archives() {
        var names = Arbitraries.of("1/layer.tar", "blobs/sha256/1", "blobs/1", "layer.tar");
        var blobs = Combinators.combine(
                        LayerFuzzTest.layers(),
                        Arbitraries.of(Packing.values()),
                        Arbitraries.integers().between(0, 4096))
                .as((layer, packing, place) -> broken(packing.pack(layer), place));
        var whole = Combinators.combine(names, LayerFuzzTest.layers(), Arbitraries.of(Packing.values()), blobs)
                .as((name, layer, packing, other) -> new Saved(
                        Tars.files(name, packing.pack(layer), "2/layer.tar", other), List.of(Tars.digest(layer))));
        var cut = Combinators.combine(whole, Arbitraries.integers().between(0, 1 << 14))
                .as((archive, at) -> new Saved(
                        Arrays.copyOf(archive.bytes(), Math.min(at, archive.bytes().length)), archive.layers()));
        return Arbitraries.oneOf(whole, cut);
    }

    private static byte[] broken(byte[] packed, int place) {
        var broken = packed.clone();
        if (place < broken.length) {
            broken[place] ^= 0x55;
        }
        return broken;
    }
}
