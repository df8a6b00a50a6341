package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cli.Listing.Column;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class OutputOptionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "-o table | \"NAME  PARTS/ab    a, +1/\"",
                "-o WIDE | \"NAME  LENGTH  PARTS/ab    2       a, b/\"",
                "--no-headers | \"ab  a, +1/\"",
                "-o name | thing/ab/",
                "-q | <ab>/",
                "-o json | \"{/  'name' : 'ab'/}/\"",
                "-o yaml | \"name: ab/\""
            })
    void aListIsPrintedInTheChosenForm(String options, String lines) {
        assertThat(printed(options, List.of("ab")))
                .isEqualTo(lines.replace('\'', '"').replaceAll("(?<!thing)/", "\n"));
    }

    @ParameterizedTest
    @CsvSource({"-o table", "-o wide", "-o name", "-q"})
    void nothingIsPrintedOfAnEmptyList(String options) {
        assertThat(printed(options, List.of())).isEmpty();
    }

    private static String printed(String options, List<String> items) {
        var option = new OutputOption();
        new CommandLine(option).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options.split(" "));
        var out = new StringWriter();
        option.print(
                new Listing<>(
                        items,
                        List.of(
                                Column.of("NAME", item -> item),
                                Column.wide("LENGTH", item -> Integer.toString(item.length())),
                                Column.list("PARTS", item -> List.of(item.split("")), 1)),
                        item -> "thing/" + item,
                        item -> "<" + item + ">"),
                () -> Map.of("name", items.getFirst()),
                new PrintWriter(out));
        return out.toString();
    }
}
