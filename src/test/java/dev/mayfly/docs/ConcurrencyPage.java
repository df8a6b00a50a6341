package dev.mayfly.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/contributing/concurrency.md}: its tables, row by row. */
public final class ConcurrencyPage {
    private final List<String> lines;

    private ConcurrencyPage(List<String> lines) {
        this.lines = lines;
    }

    public static ConcurrencyPage read() {
        try {
            return new ConcurrencyPage(Files.readAllLines(Path.of("docs/contributing/concurrency.md")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Simple names of classes with a monitor under which nothing may block. */
    public Set<String> nonBlockingMonitors() {
        return rows("Locks")
                .filter(cells ->
                        cells.get(1).equals("monitor") && cells.getLast().equals("nothing"))
                .map(List::getFirst)
                .collect(Collectors.toSet());
    }

    /** The cells of each row below a heading, without the backticks of the first. */
    Stream<List<String>> rows(String heading) {
        return lines.stream()
                .dropWhile(line -> !line.equals("## " + heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .map(cells -> Stream.concat(
                                Stream.of(cells.getFirst().replace("`", "")),
                                cells.stream().skip(1))
                        .toList());
    }
}
