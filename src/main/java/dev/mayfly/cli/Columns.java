package dev.mayfly.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints rows as a table. Each column is as wide as its widest cell. Cells list only a few names. */
public final class Columns {
    private static final int GAP = 2;

    private Columns() {}

    /** @param rows at least one, all of the same length */
    public static void print(List<List<String>> rows, PrintWriter out) {
        var widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(("%-" + (widths[column] + GAP) + "s").formatted(row.get(column)));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** The first names, and how many more there are; a dash if there are none. */
    public static String abbreviated(Collection<String> names, int most) {
        if (names.isEmpty()) {
            return "-";
        }
        var shown = names.stream().limit(most).collect(Collectors.joining(", "));
        return names.size() > most ? shown + ", +" + (names.size() - most) : shown;
    }
}
