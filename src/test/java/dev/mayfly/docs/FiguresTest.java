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

/** The limits on the page of benchmarks are those of the benches, and its figures keep them or are said to miss them. */
class FiguresTest {
    private static final Path PAGE = Path.of("docs/contributing/benchmarks.md");
    private static final Path BENCHES = Path.of("src/test/java/dev/mayfly/bench");
    /** In place of a figure: no run is recorded. */
    private static final String NONE = "–";
    /** Before a figure that does not keep its limit. */
    private static final String MISSED = "missed: ";

    private static final Pattern NUMBER = Pattern.compile("^([0-9]+(?:\\.[0-9]+)?)");

    /**
     * Of the page's table.
     *
     * @param figure of one run, the measured value first
     * @param date of that run
     * @param commit that was measured
     */
    private record Row(String subject, String limit, String figure, String printedBy, String date, String commit) {}

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| measured | limit |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring("| ".length(), line.length() - " |".length())
                        .split(" \\| "))
                .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]))
                .toList();
    }

    @Test
    void thePageListsTheLimitsOfTheBenchesAndNoOthers() throws IOException {
        assertThat(rows().stream().map(row -> row.subject() + ": " + row.limit()))
                .as("the table of figures, beside the enum Claim")
                .containsExactlyElementsOf(Arrays.stream(Claim.values())
                        .map(claim -> claim.subject() + ": " + claim.limitText())
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void aFigureKeepsTheLimitOrIsSaidToMissIt(Claim claim) throws IOException {
        var figure = row(claim).figure();
        if (figure.equals(NONE)) {
            return;
        }
        var missed = figure.startsWith(MISSED);
        var number = NUMBER.matcher(missed ? figure.substring(MISSED.length()) : figure);

        assertThat(number.find())
                .as("%s begins with the measured value, perhaps after '%s', or is %s", figure, MISSED, NONE)
                .isTrue();
        assertThat(Double.parseDouble(number.group(1)) > claim.limit()).isEqualTo(missed);
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void aFigureHasADateAndACommit(Claim claim) throws IOException {
        var row = row(claim);
        if (row.figure().equals(NONE)) {
            assertThat(List.of(row.date(), row.commit())).containsOnly(NONE);
        } else {
            assertThat(row.date()).matches("2\\d{3}-\\d\\d-\\d\\d( to \\d\\d)?");
            assertThat(row.commit()).matches("[0-9a-f]{7,}|not recorded");
        }
    }

    @ParameterizedTest
    @EnumSource(Claim.class)
    void thePageNamesTheTargetThatRunsTheBench(Claim claim) throws IOException {
        var printedBy = row(claim).printedBy();
        assertThat(printedBy).startsWith("`make ");
        var target = printedBy.substring("`make ".length(), printedBy.indexOf('`', 1));

        assertThat(recipe(target))
                .as("the recipe of %s", target)
                .containsPattern(
                        isScript(claim)
                                ? "/" + Pattern.quote(claim.bench())
                                : "measure\\.sh\"? ([a-z]+\\.)?" + claim.bench() + "\\b");
    }

    @Test
    void aScriptHasTheLimitInMilliseconds() {
        var scripts =
                Arrays.stream(Claim.values()).filter(FiguresTest::isScript).toList();

        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(claim -> assertThat(text(Path.of("deploy/local", claim.bench())))
                        .contains("\nMOST_MS=" + Math.round(claim.limit() * 1000) + "\n"));
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

    private static boolean isScript(Claim claim) {
        return claim.bench().endsWith(".sh");
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
