package dev.mayfly.runtime.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.support.LifeTable.Arrow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The diagram of docs/contributing/lifecycle.md is the table that the code goes by. */
class LifeTableTest {
    private static final Pattern ARROW = Pattern.compile("(?m)^  (\\S+) --> (\\S+): ([\\d, ]+)$");
    private static final Pattern INNER_ARROW = Pattern.compile("(?m)^ +(\\S+) --> (\\S+): ([\\d, ]+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([\\d, ]+) \\|");

    @Test
    void theDiagramsArrowsAreTheTablesAndTheTablesAreTheDiagrams() {
        var drawn = new TreeMap<String, Set<Integer>>();
        arrows(ARROW)
                .forEach(arrow -> drawn.computeIfAbsent(
                                arrow.group(1) + " --> " + arrow.group(2), pair -> new TreeSet<>())
                        .addAll(numbers(arrow.group(3))));
        var written = new TreeMap<String, Set<Integer>>();
        LifeTable.ARROWS.forEach(arrow ->
                written.computeIfAbsent(pair(arrow), pair -> new TreeSet<>()).addAll(arrow.numbers()));

        assertThat(drawn).hasSizeGreaterThan(20);
        assertThat(written).isEqualTo(drawn);
    }

    @Test
    void everyArrowOfTheDiagramIsExplainedAndEveryExplanationHasAnArrow() {
        var drawn = arrows(INNER_ARROW).flatMap(arrow -> numbers(arrow.group(3)).stream());
        var explained = ROW.matcher(life()).results().flatMap(row -> numbers(row.group(1)).stream());

        var ofRows = new TreeSet<Integer>(explained.toList());

        assertThat(ofRows).isEqualTo(new TreeSet<>(drawn.toList()));
    }

    @Test
    void noTwoLinesOfTheTableMeanTheSame() {
        Map<List<Object>, Long> times = LifeTable.ARROWS.stream()
                .collect(Collectors.groupingBy(
                        arrow -> List.of(arrow.from(), arrow.to(), arrow.on()), Collectors.counting()));

        assertThat(times).allSatisfy((arrow, count) -> assertThat(count).isEqualTo(1));
    }

    private static String pair(Arrow<?> arrow) {
        return name(arrow.from()) + " --> " + name(arrow.to());
    }

    private static String name(KnownReplica.State state) {
        var word = state.name();
        return state == KnownReplica.State.NONE
                ? "[*]"
                : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .map(Integer::valueOf)
                .toList();
    }

    private static Stream<MatchResult> arrows(Pattern pattern) {
        var page = life();
        return pattern.matcher(page.substring(0, page.indexOf("```\n", page.indexOf("```mermaid") + 3)))
                .results();
    }

    /** The page up to the next heading. */
    private static String life() {
        try {
            var page = Files.readString(Path.of("docs/contributing/lifecycle.md"));
            return page.substring(0, page.indexOf("\n## "));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
