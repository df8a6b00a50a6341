package dev.mayfly.cli.leftovers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.mayfly.cli.Columns;
import dev.mayfly.cli.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints leftovers as a table or as JSON. */
final class LeftoverTable {
    private static final List<String> HEADER = List.of("WHERE", "KIND", "NAME", "CLUSTER", "WHAT");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private LeftoverTable() {}

    /** @param complete false if some places could not be checked */
    static void print(List<Leftover> found, boolean complete, PrintWriter out) {
        var leftovers = found.stream().filter(leftover -> !leftover.kept()).toList();
        var kept = found.stream().filter(Leftover::kept).toList();
        if (leftovers.isEmpty()) {
            out.println(complete ? "Nothing is left over." : "Nothing was found where it could be looked at.");
        } else {
            rows(leftovers, out);
        }
        if (!kept.isEmpty()) {
            out.printf("%nKept, because somebody wants it so:%n");
            rows(kept, out);
        }
    }

    static void json(List<Leftover> found, PrintWriter out) throws IOException {
        var document = JSON.createObjectNode();
        var leftovers = document.putArray("leftovers");
        var kept = document.putArray("kept");
        found.forEach(leftover -> add(leftover.kept() ? kept : leftovers, leftover));
        out.println(JSON.writeValueAsString(document));
    }

    private static void add(ArrayNode list, Leftover leftover) {
        list.addObject()
                .put("where", where(leftover))
                .put("kind", leftover.kind())
                .put("name", leftover.name())
                .put("cluster", leftover.cluster())
                .put("what", leftover.note());
    }

    private static void rows(List<Leftover> things, PrintWriter out) {
        Columns.print(
                Stream.concat(
                                Stream.of(HEADER),
                                things.stream()
                                        .map(leftover -> Stream.of(
                                                        where(leftover),
                                                        leftover.kind(),
                                                        leftover.name(),
                                                        leftover.cluster().isEmpty() ? "-" : leftover.cluster(),
                                                        leftover.note())
                                                .map(Printable::of)
                                                .toList()))
                        .toList(),
                out);
    }

    private static String where(Leftover leftover) {
        return leftover.place().name().toLowerCase(Locale.ROOT);
    }
}
