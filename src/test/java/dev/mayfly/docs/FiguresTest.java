package dev.mayfly.docs;

import static dev.mayfly.docs.Sources.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.bench.claim.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits that README claims of measurements are those of the benches, and the figures in README keep them. */
class FiguresTest {
    private static final Path README = Path.of("README.md");
    private static final Path BENCHES = Path.of("src/test/java/dev/mayfly/bench");
    /** In place of a figure: no run is recorded. */
    private static final String NONE = "–";

    private static final Pattern NUMBER = Pattern.compile("^([0-9]+(?:\\.[0-9]+)?)");

    /** Of README's table. @param figure of one run, the measured value first */
    private record Row(String subject, String limit, String figure, String printedBy) {}

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(README).stream()
                .dropWhile(line -> !line.startsWith("| measured | limit |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split(" \\| "))
                .map(cells -> new Row(
                        cells[0].substring("| ".length()),
                        cells[1],
                        cells[2],
                        cells[3].substring(0, cells[3].length() - " |".length())))
                .toList();
    }

    @Test
    void readmeListsTheLimitsOfTheBenchesAndNoOthers() throws IOException {
        assertThat(rows().stream().map(row -> row.subject() + ": " + row.limit()))
                .as("the table of figures in README, beside the enum Claim")
                .containsExactlyElementsOf(Arrays.stream(Claim.values())
                        .map(claim -> claim.subject() + ": " + claim.limitText())
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void theFigureInReadmeKeepsTheLimit(Claim claim) throws IOException {
        var figure = row(claim).figure();
        if (figure.equals(NONE)) {
            return;
        }
        var number = NUMBER.matcher(figure);

        assertThat(number.find())
                .as("%s begins with the measured value, or is %s", figure, NONE)
                .isTrue();
        assertThat(Double.parseDouble(number.group(1))).isLessThanOrEqualTo(claim.limit());
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void readmeNamesTheTargetThatRunsTheBench(Claim claim) throws IOException {
        var printedBy = row(claim).printedBy();
        assertThat(printedBy).startsWith("`make ");
        var target = printedBy.substring("`make ".length(), printedBy.indexOf('`', 1));

        assertThat(recipe(target))
                .as("the recipe of %s", target)
                .containsPattern("measure\\.sh\"? ([a-z]+\\.)?" + claim.bench() + "\\b");
    }

    @Test
    void eachBenchIsHeldToItsClaims() throws IOException {
        try (var files = Files.walk(BENCHES)) {
            var mains = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> text(file).contains("static void main("))
                    .filter(file -> !file.endsWith("ProbedServer.java")) // the server that a bench asks
                    .toList();

            assertThat(mains).hasSizeGreaterThan(8).allSatisfy(file -> {
                var name = file.getFileName().toString().replace(".java", "");
                assertThat(text(file))
                        .as("%s ends by way of Claims, which knows whether it failed", name)
                        .contains("Claims.judge(" + name + ".class")
                        .doesNotContain("System.exit");
            });
        }
    }

    private static Row row(Claim claim) throws IOException {
        return rows().stream()
                .filter(row -> row.subject().equals(claim.subject()))
                .findFirst()
                .orElseThrow();
    }

    /** A target's commands, with the scripts that they call. */
    private static String recipe(String target) throws IOException {
        var commands = Files.readAllLines(Path.of("Makefile")).stream()
                .dropWhile(line -> !line.startsWith(target + ":"))
                .skip(1)
                .takeWhile(line -> line.startsWith("\t"))
                .toList();
        var scripts = commands.stream()
                .flatMap(command -> Stream.of(command.strip().split("[/ ]")))
                .filter(word -> word.endsWith(".sh"))
                .map(script -> text(Path.of("deploy/local", script)));
        return Stream.concat(commands.stream(), scripts).reduce("", String::concat);
    }
}
