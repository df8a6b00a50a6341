package dev.mayfly.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as people have them convert to what the resource definitions accept, and each thing that is lost is told. */
class ConvertedSourcesTest {
    private static final Path SOURCES = Path.of("src/test/resources/convert");

    static Stream<Path> sources() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            return files
                    .filter(file ->
                            file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
                    .filter(file -> !file.toString().endsWith(".expected.yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyManifestFitsItsResourceDefinition(Path source) {
        var converted = Converted.by("-f", source.toString(), "-n", "shop");

        assertThat(converted.code()).as("%s", converted.notes()).isZero();
        assertThat(converted.resources())
                .isNotEmpty()
                .allSatisfy(resource -> assertThat(Schema.violations(resource)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void whatIsPrintedIsWhatWasReviewed(Path source) {
        var converted = Converted.by("-f", source.toString(), "-n", "shop");

        assertThat(converted.yaml()).isEqualTo(read(source, ".expected.yaml"));
        assertThat(String.join("\n", converted.notes()) + "\n").isEqualTo(read(source, ".left-out.txt"));
    }

    private static String read(Path source, String end) {
        var name = source.getFileName().toString();
        var expected = source.resolveSibling(name.substring(0, name.lastIndexOf('.')) + end);
        try {
            return Files.readString(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
