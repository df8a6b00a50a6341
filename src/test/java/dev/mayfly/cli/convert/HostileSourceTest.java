package dev.mayfly.cli.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to take memory or time are refused, or converted, within seconds. */
class HostileSourceTest {
    private static final Duration SECONDS = Duration.ofSeconds(20);
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private Path directory;

    static Stream<String> files() {
        var doubled = IntStream.range(1, 30)
                .mapToObj(n -> "a%d: &a%d [*a%d, *a%d]\n".formatted(n, n, n - 1, n - 1))
                .collect(Collectors.joining());
        var merged = IntStream.range(1, 30)
                .mapToObj(n -> "m%d: &m%d {<<: [*m%d, *m%d], k%d: v}\n".formatted(n, n, n - 1, n - 1, n))
                .collect(Collectors.joining());
        return Stream.of(
                "a".repeat(2 * MEGABYTE),
                "x-a: &a0 [b]\n" + doubled + "services: {a: {image: b}}",
                "m0: &m0 {k: v}\n" + merged + "services: {a: {image: b}}",
                "services: " + "[".repeat(100_000),
                "services: " + "{a: ".repeat(100_000),
                "services: {a: {image: '" + "${X:-".repeat(100_000) + "'}}",
                "services: {a: {image: '" + "$".repeat(MEGABYTE / 2) + "'}}",
                "services: {a: {image: b, command: '" + "a ".repeat(400_000) + "'}}",
                "services: {a: {image: '" + "a/".repeat(400_000) + "'}}",
                "services: {a: {image: '" + "a-".repeat(400) + "'}}",
                "services: {a: {image: b, volumes: ['" + "../".repeat(300_000) + "x:/y']}}",
                "services: {a: {image: b, stop_grace_period: '" + "1".repeat(400_000) + "s'}}",
                "services: {a: {image: b, mem_limit: '" + "9".repeat(400_000) + "'}}",
                "services: {a: {image: b, cap_add: ['" + "A".repeat(400_000) + "']}}",
                "services: {a: {image: b, environment: ['MAYFLY_X=1', '=x', \"a\\tb=1\"]}}",
                "services: {a: {image: b, environment: {A: \"\\0\"}}}",
                "services: {"
                        + IntStream.range(0, 20_000)
                                .mapToObj(n -> "s" + n + ": {image: b}")
                                .collect(Collectors.joining(", "))
                        + "}",
                "kind: Deployment\nmetadata: {name: a}\nspec: {replicas: many}",
                "kind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: []}}}",
                "kind: Deployment\nmetadata: {name: a}",
                "kind: Pod\nmetadata: {name: a}\nspec: {containers: [null]}",
                "kind: " + "x".repeat(MEGABYTE / 2));
    }

    @ParameterizedTest
    @MethodSource("files")
    void timeAndOutputAreBounded(String content) throws IOException {
        var file = Files.writeString(directory.resolve("compose.yaml"), content);

        var converted = assertTimeoutPreemptively(SECONDS, () -> Converted.by("-f", file.toString()));

        assertThat(converted.code()).isIn(0, 1);
        assertThat(converted.notes()).allMatch(note -> note.length() < 3000);
        if (converted.resources().size() < 100) {
            assertThat(converted.resources())
                    .allSatisfy(
                            resource -> assertThat(Schema.violations(resource)).isEmpty());
        }
    }

    @Test
    void variablesDontMultiplyWhatIsThere() throws IOException {
        Files.writeString(directory.resolve(".env"), "A=" + "a".repeat(60_000));
        var file = Files.writeString(
                directory.resolve("compose.yaml"),
                "services: {a: {image: b, labels: ['" + "$A".repeat(10_000) + "']}}");

        var converted = Converted.by("-f", file.toString());

        assertThat(converted.code()).isEqualTo(1);
        assertThat(converted.notes()).singleElement().asString().contains("characters");
    }

    @Test
    void textsCantMoveTheCursor() throws IOException {
        var file = Files.writeString(
                directory.resolve("compose.yaml"), "services: {a: {image: b, \"x\\e[2J\\nmayfly: done\": 1}}");

        assertThat(Converted.by("-f", file.toString()).notes())
                .noneMatch(note -> note.contains("\u001b") || note.startsWith("mayfly"));
    }
}
