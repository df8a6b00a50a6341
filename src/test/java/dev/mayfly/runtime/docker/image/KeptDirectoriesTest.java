package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

/** An image may have any number of directories below a scratch path. */
class KeptDirectoriesTest {
    @Test
    void thoseNearestToTheRootAreKept() throws IOException {
        var deep = IntStream.range(0, 5_000).mapToObj("run/a/%04d/"::formatted);
        var archive = tar(Stream.concat(deep, Stream.of("run/z/", "run/")));

        var kept = ImageProbes.directories(new ByteArrayInputStream(archive), "/run");

        assertThat(kept.all()).containsKeys("/run", "/run/z", "/run/a/0000").hasSizeLessThanOrEqualTo(256);
    }

    @Test
    void longNamesAreFewer() throws IOException {
        var archive = tar(Stream.concat(
                Stream.of("run/"), IntStream.range(0, 100).mapToObj(i -> "run/" + "x".repeat(4000) + i + "/")));

        var kept = ImageProbes.directories(new ByteArrayInputStream(archive), "/run");

        assertThat(kept.all()).containsKey("/run").hasSizeBetween(16, 18);
    }

    @Test
    void anImageThatIsNotKeptIsReadAgain() throws IOException {
        try (var answers = new AnsweringEngine();
                var engine = new EngineConnector(Settings.of("c0ffee000000", answers.address())).connect()) {
            var probes = new ImageProbes("c0ffee000000");
            answers.answer("/containers/create", "{\"Id\":\"probe\"}");
            answers.answer(
                    "/containers/probe/archive",
                    text(IntStream.range(0, 200).mapToObj(i -> "run/" + "x".repeat(300) + i + "/")));
            IntStream.range(0, 100).forEach(image -> probe(probes, engine, image));
            answers.answer("/containers/probe/archive", text(Stream.of("run/new/")));

            var readAgain = IntStream.range(0, 100).filter(image -> probe(probes, engine, image));

            assertThat(readAgain.count()).isBetween(20L, 99L);
        }
    }

    private static boolean probe(ImageProbes probes, Engine engine, int image) {
        return probes.probe(engine, "sha256:%012d".formatted(image), Set.of(), List.of("/run"))
                .at("/run/new")
                .isPresent();
    }

    private static String text(Stream<String> directories) {
        return new String(tar(directories), StandardCharsets.UTF_8);
    }

    private static byte[] tar(Stream<String> directories) {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (var directory : directories.toList()) {
                tar.putArchiveEntry(new TarArchiveEntry(directory));
                tar.closeArchiveEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
