package dev.mayfly.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What was found, for people and for programs. */
final class LeftoverTable {
    private static final List<String> HEAD = List.of("WHERE", "KIND", "NAME", "CLUSTER", "WHAT");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private LeftoverTable() {}

    /** @param all false: not everything could be looked at */
    static void print(List<Leftover> found, boolean all, PrintWriter out) {
        var left = found.stream().filter(thing -> !thing.kept()).toList();
        var kept = found.stream().filter(Leftover::kept).toList();
        if (left.isEmpty()) {
            out.println(all ? "Nothing is left over." : "Nothing was found where it could be looked at.");
        } else {
            rows(left, out);
        }
        if (!kept.isEmpty()) {
            out.printf("%nKept, because somebody wants it so:%n");
            rows(kept, out);
        }
    }

    static void json(List<Leftover> found, PrintWriter out) throws IOException {
        var document = JSON.createObjectNode();
        var left = document.putArray("leftovers");
        var kept = document.putArray("kept");
        found.forEach(thing -> add(thing.kept() ? kept : left, thing));
        out.println(JSON.writeValueAsString(document));
    }

    private static void add(ArrayNode list, Leftover thing) {
        list.addObject()
                .put("where", where(thing))
                .put("kind", thing.kind())
                .put("name", thing.name())
                .put("cluster", thing.cluster())
                .put("what", thing.note());
    }

    private static void rows(List<Leftover> things, PrintWriter out) {
        Columns.print(
                Stream.concat(
                                Stream.of(HEAD),
                                things.stream()
                                        .map(thing -> Stream.of(
                                                        where(thing),
                                                        thing.kind(),
                                                        thing.name(),
                                                        thing.cluster().isEmpty() ? "-" : thing.cluster(),
                                                        thing.note())
                                                .map(Printable::of)
                                                .toList()))
                        .toList(),
                out);
    }

    private static String where(Leftover thing) {
        return thing.place().name().toLowerCase(Locale.ROOT);
    }
}
