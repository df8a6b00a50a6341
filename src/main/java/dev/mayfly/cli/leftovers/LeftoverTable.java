package dev.mayfly.cli.leftovers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import java.util.List;

/** Leftovers as rows of a table and as a document. */
final class LeftoverTable {
    private static final List<Column<Leftover>> COLUMNS = List.of(
            Column.of("STATE", leftover -> leftover.state().toString()),
            Column.of("WHERE", Leftover::where),
            Column.of("KIND", Leftover::kind),
            Column.of("NAME", Leftover::name),
            Column.of("CLUSTER", leftover -> dash(leftover.cluster())),
            Column.wide("NAMESPACE", leftover -> dash(leftover.namespace())),
            Column.of("WHAT", Leftover::note));

    private LeftoverTable() {}

    static Listing<Leftover> listing(List<Leftover> found) {
        return new Listing<>(found, COLUMNS, leftover -> leftover.kind() + "/" + leftover.name(), Leftover::name);
    }

    private static String dash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    static Object document(List<Leftover> found) {
        var document = JsonNodeFactory.instance.arrayNode();
        for (var leftover : found) {
            document.addObject()
                    .put("state", leftover.state().toString())
                    .put("where", leftover.where())
                    .put("kind", leftover.kind())
                    .put("name", leftover.name())
                    .put("namespace", leftover.namespace())
                    .put("cluster", leftover.cluster())
                    .put("what", leftover.note());
        }
        return document;
    }
}
