package dev.mayfly.imagearchive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.LayerTar.Entry;
import dev.mayfly.imagearchive.LayerTar.Type;
import dev.mayfly.testing.ForeignInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Layers whose headers nobody wrote who wants to be understood. */
public class LayerFuzzTest {

    @Property
    void everyLayerIsReadOrRefused(@ForAll("layers") byte[] layer) throws Exception {
        ForeignInput.assertSoon(() -> {
            try {
                LayerArchive.read(new ByteArrayInputStream(layer), new ArchiveBudget());
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(1 << 13);
            }
        });
    }

    /** Another reader finds the same files in each layer that both accept. */
    @Property
    void twoReadersAgreeOnEveryLayerThatBothAccept(@ForAll("layers") byte[] layer) throws IOException {
        var mine = entries(layer);
        var others = mine.isEmpty() ? Optional.<List<TarArchiveEntry>>empty() : othersEntries(layer);
        Statistics.label("compared")
                .collect(others.isPresent())
                .coverage(compared -> compared.check(true).percentage(share -> share > 5));
        if (others.isEmpty()) {
            return;
        }
        assertThat(others.get()).hasSameSizeAs(mine.get());
        for (var i = 0; i < mine.get().size(); i++) {
            assertSame(others.get().get(i), mine.get().get(i));
        }
    }

    private static void assertSame(TarArchiveEntry other, Entry mine) {
        assertSame(other.getName(), mine.name());
        assertThat(other.getMode() & 07777).isEqualTo((int) mine.mode() & 07777);
        assertThat(other.isSymbolicLink()).isEqualTo(mine.type() == Type.SYMLINK);
        assertThat(other.isLink()).isEqualTo(mine.type() == Type.LINK);
        if (mine.type() == Type.LINK) {
            assertSame(other.getLinkName(), mine.target());
        }
    }

    /** Empty if the other reader refuses the layer. */
    private static Optional<List<TarArchiveEntry>> othersEntries(byte[] layer) {
        var entries = new ArrayList<TarArchiveEntry>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(layer), "UTF-8")) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.isGlobalPaxHeader()) {
                    entries.add(entry);
                }
            }
            return Optional.of(entries);
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    /** Each reader has its own sign for bytes that are not UTF-8. */
    private static void assertSame(String other, String mine) {
        if (mine.indexOf('\uFFFD') < 0) {
            assertThat(ImagePath.normal(other)).isEqualTo(ImagePath.normal(mine));
        }
    }

    /** Empty if the layer is refused. */
    private static Optional<List<Entry>> entries(byte[] layer) {
        var entries = new ArrayList<Entry>();
        try {
            var tar = new LayerTar(new ByteArrayInputStream(layer));
            for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                entries.add(entry.get());
            }
            return Optional.of(entries);
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    /** Adds headers to a tar. */
    @FunctionalInterface
    private interface Part {
        RawTar addTo(RawTar tar);
    }

    @Provide
    public static Arbitrary<byte[]> layers() {
        var tars = parts().list().ofMinSize(1).ofMaxSize(6).map(parts -> {
            var tar = new RawTar();
            parts.forEach(part -> part.addTo(tar));
            return tar.bytes();
        });
        var changes = Arbitraries.integers().between(0, 512 * 4).list().ofMaxSize(3);
        var octets = Arbitraries.bytes();
        var changed = Combinators.combine(tars, changes, octets).as(LayerFuzzTest::changed);
        return Arbitraries.frequencyOf(Tuple.of(6, tars), Tuple.of(3, changed), Tuple.of(1, Arbitraries.just(many())));
    }

    private static Arbitrary<Part> parts() {
        var names = Arbitraries.of(
                "bin/su",
                "bin/",
                "a/../../su",
                ".wh.su",
                "bin/.wh..wh..opq",
                "/",
                "",
                "\u00fc",
                "x".repeat(99),
                "a//b/.",
                "?");
        var modes = Arbitraries.of("4755", "755", "0004755 ", "", "7777777", " 644", "9", "-1", "x");
        var types = Arbitraries.of('0', '\0', '1', '2', '3', '5', '6', '7', 'S', 'Z', 'x', 'g', 'L', 'K');
        var sizes = Arbitraries.of("0", "", "7", "10", "1000", "77777777777", "-1", "\u0080");
        var contents = Arbitraries.bytes().array(byte[].class).ofMaxSize(600);
        var keys = Arbitraries.of(
                "path", "linkpath", "size", "mode", "GNU.sparse.name", "GNU.sparse.realsize", "comment", "");
        var values = Arbitraries.of("bin/su", "0", "512", "-1", "", "\0", "a\nb", "9".repeat(30), "/".repeat(200));
        Arbitrary<Part> entries = Combinators.combine(types, names, names, modes, contents)
                .as((type, name, link, mode, content) -> tar -> tar.add(type, name, link, mode, content));
        Arbitrary<Part> files = Combinators.combine(names, modes).as((name, mode) -> tar -> tar.file(name, mode));
        Arbitrary<Part> wrong = Combinators.combine(types, names, sizes, contents)
                .as((type, name, size, content) -> tar -> tar.add(type, name, "", "644", size, content));
        Arbitrary<Part> extended = Combinators.combine(Arbitraries.of('x', 'x', 'x', 'g'), keys, values)
                .as((type, key, value) -> tar -> tar.extended(type, key, value));
        Arbitrary<Part> longs = Combinators.combine(Arbitraries.of('L', 'K'), names)
                .as((type, name) -> tar -> tar.longName(type, name));
        return Arbitraries.frequencyOf(
                Tuple.of(6, files),
                Tuple.of(3, entries),
                Tuple.of(1, wrong),
                Tuple.of(3, extended),
                Tuple.of(2, longs));
    }

    /** Changes octets of the headers and corrects no checksum but the first one's. */
    private static byte[] changed(byte[] tar, List<Integer> places, byte octet) {
        places.stream().filter(place -> place < tar.length).forEach(place -> tar[place] = octet);
        var first = RawTar.summed(Arrays.copyOf(tar, 512));
        System.arraycopy(first, 0, tar, 0, 512);
        return tar;
    }

    /** As many headers as 64 KiB hold. */
    private static byte[] many() {
        var tar = new RawTar();
        for (var i = 0; i < 120; i++) {
            tar.file("a/" + "b/".repeat(40) + i, "4755");
        }
        return tar.bytes();
    }
}
