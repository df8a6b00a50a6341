package dev.mayfly.imagearchive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tars that two readers would read differently: one of them sees bin/su, the other one something harmless. */
class LayerTarTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whatReadersReadDifferentlyIsRefused(String description, UnaryOperator<RawTar> layer) {
        var tar = layer.apply(new RawTar()).bytes();

        assertThatThrownBy(() -> shown(tar)).isInstanceOf(UnreadableImage.class).hasMessageContaining("it");
    }

    static Stream<Arguments> whatReadersReadDifferentlyIsRefused() {
        return Stream.of(
                layer(
                        "a global path",
                        tar -> tar.extended('g', "path", "bin/ls").file("bin/su", "4755")),
                layer("a global size", tar -> tar.extended('g', "size", "512").file("bin/su", "4755")),
                layer(
                        "two extended headers",
                        tar -> tar.extended('x', "path", "bin/su")
                                .extended('x', "path", "bin/ls")
                                .file("a", "4755")),
                layer(
                        "two long names",
                        tar -> tar.longName('L', "bin/su")
                                .longName('L', "bin/ls")
                                .file("a", "4755")),
                layer(
                        "a long name and a path",
                        tar -> tar.longName('L', "bin/su")
                                .extended('x', "path", "bin/ls")
                                .file("a", "4755")),
                layer(
                        "a global header between",
                        tar -> tar.extended('x', "path", "bin/ls")
                                .extended('g', "comment", "c")
                                .file("bin/su", "4755")),
                layer(
                        "a path twice in one header",
                        tar -> tar.extended('x', "path", "bin/su", "path", "bin/ls")
                                .file("a", "4755")),
                layer("an empty path", tar -> tar.extended('x', "path", "").file("bin/su", "4755")),
                layer(
                        "a path with a zero byte",
                        tar -> tar.extended('x', "path", "bin/su\0x").file("a", "4755")),
                layer(
                        "a sparse file",
                        tar -> tar.extended('x', "GNU.sparse.name", "bin/su", "GNU.sparse.major", "1")
                                .file("bin/ls", "4755")),
                layer("an old sparse file", tar -> tar.add('S', "bin/su", "", "4755", new byte[0])),
                layer(
                        "a link with content",
                        tar -> tar.add('2', "a", "b", "777", CONTENT).file("bin/su", "4755")),
                layer("a directory with content", tar -> tar.add('5', "a/", "", "755", CONTENT)),
                layer("an old directory with content", tar -> tar.add('\0', "a/", "", "755", CONTENT)),
                layer("a mode that is no number", tar -> tar.file("bin/su", "4755x")),
                layer("a negative size", tar -> tar.add('0', "bin/su", "", "4755", "-1", new byte[0])),
                layer("a decimal size", tar -> tar.add('0', "bin/su", "", "4755", "9", new byte[0])),
                layer("an unknown type", tar -> tar.add('Z', "bin/su", "", "4755", new byte[0])),
                layer("an extended header last", tar -> tar.extended('x', "path", "bin/su")),
                layer(
                        "an extended header of 2 MiB",
                        tar -> tar.longName('L', "a".repeat(2 << 20)).file("a", "4755")));
    }

    private static Arguments layer(String description, UnaryOperator<RawTar> layer) {
        return Arguments.of(description, layer);
    }

    @Test
    void oneExtendedHeaderIsRead() throws IOException {
        var tar = new RawTar()
                .extended('g', "comment", "0123456789abcdef")
                .extended('x', "path", "usr/bin/" + "n".repeat(200), "mtime", "1.5", "SCHILY.xattr.user.a", "=\n")
                .file("usr/bin/n", "4755")
                .longName('K', "bin/" + "t".repeat(120))
                .longName('L', "bin/" + "l".repeat(120))
                .add('1', "bin/l", "bin/t", "4755", new byte[0])
                .bytes();

        assertThat(shown(tar)).containsExactly("/bin/" + "l".repeat(120), "/usr/bin/" + "n".repeat(200));
    }

    @Test
    void aHeaderThatWasChangedIsRefused() {
        var tar = new RawTar().file("bin/su", "4755").bytes();
        tar[0] = 'c';

        assertThatThrownBy(() -> shown(tar)).isInstanceOf(UnreadableImage.class).hasMessageContaining("checksum");
    }

    @Test
    void whatFollowsTheEndIsNotExtracted() throws IOException {
        var twice = new ByteArrayOutputStream();
        twice.writeBytes(new RawTar().file("bin/ls", "755").bytes());
        twice.writeBytes(new RawTar().file("bin/su", "4755").bytes());

        assertThat(shown(twice.toByteArray())).isEmpty();
    }

    @Test
    void anEntryAfterHalfAnEndIsRefused() {
        var tar = new RawTar().add('0', "a", "", "644", new byte[0]).bytes();
        var half = Arrays.copyOf(tar, tar.length + 512);
        System.arraycopy(tar, 0, half, tar.length - 512, 512);

        assertThatThrownBy(() -> shown(half))
                .isInstanceOf(UnreadableImage.class)
                .hasMessageContaining("end");
    }

    @Test
    void tenThousandExtendedHeadersNeedNoDeepStack() {
        var tar = new RawTar();
        for (var i = 0; i < 10_000; i++) {
            tar.extended('g', "comment", "c");
        }

        assertThat(catchThrowable(() -> shown(tar.bytes()))).isNull();
    }

    private static Set<String> shown(byte[] layer) throws IOException {
        var shown = new TreeSet<String>();
        LayerArchive.read(new ByteArrayInputStream(layer), new ArchiveBudget()).cover(shown);
        return shown;
    }
}
