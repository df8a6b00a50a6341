package dev.mayfly.cli.replicas;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mayfly.cli.Ages;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import dev.mayfly.core.model.Text;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Replicas as rows of a table and as a document. */
final class ReplicaTable {
    private static final int ID_DIGITS = 12;

    private ReplicaTable() {}

    static Listing<ReplicaRow> listing(List<ReplicaRow> rows, Instant now) {
        return new Listing<>(
                rows,
                List.of(
                        Column.of("NAMESPACE", ReplicaRow::namespace),
                        Column.of("REPLICA", ReplicaRow::name),
                        Column.of("READY", row -> yesOrNo(row.ready())),
                        Column.of("STATE", ReplicaRow::state),
                        Column.of("RESTARTS", row -> Integer.toString(row.mark().restarts())),
                        Column.of(
                                "AGE",
                                row -> row.since()
                                        .map(since -> Ages.of(since, now))
                                        .orElse("-")),
                        Column.of("PID", row -> row.pid().map(String::valueOf).orElse("-")),
                        Column.of("PID 1", row -> row.process().orElse("-")),
                        Column.of("DIRTY", row -> yesOrNo(row.dirty())),
                        Column.of("IMAGE", ReplicaRow::image),
                        Column.wide(
                                "ATTEMPT",
                                row -> Integer.toString(row.mark().id().attempt())),
                        Column.wide("REVISION", row -> row.mark().revision()),
                        Column.wide("MODE", row -> row.mark().mode().name()),
                        Column.wide("ADDRESS", row -> row.address().orElse("-")),
                        Column.wide("CONTAINER", ReplicaTable::id)),
                row -> "replica/" + row.name(),
                ReplicaTable::id);
    }

    private static String id(ReplicaRow row) {
        return Text.atMost(row.container().getId(), ID_DIGITS);
    }

    private static String yesOrNo(Optional<Boolean> known) {
        return known.map(value -> value ? "yes" : "no").orElse("?");
    }

    static Object document(List<ReplicaRow> rows) {
        var document = JsonNodeFactory.instance.arrayNode();
        for (var row : rows) {
            var id = row.mark().id();
            var state = row.container().getState();
            document.addObject()
                    .put("namespace", row.namespace())
                    .put("name", row.name())
                    .put("kind", id.owner().kind())
                    .put("owner", id.owner().name())
                    .put("slot", id.slot())
                    .put("attempt", id.attempt())
                    .put("restarts", row.mark().restarts())
                    .put("revision", row.mark().revision())
                    .put("mode", row.mark().mode().name())
                    .put("state", state.getStatus())
                    .put("exitCode", row.alive() ? null : state.getExitCodeLong())
                    .put("ready", row.ready().orElse(null))
                    .put("dirty", row.dirty().orElse(null))
                    .put("started", row.since().map(Instant::toString).orElse(null))
                    .put("finished", row.finished().map(Instant::toString).orElse(null))
                    .put("pid", row.pid().orElse(null))
                    .put("process", row.process().orElse(null))
                    .put("image", row.image())
                    .put("address", row.address().orElse(null))
                    .put("container", row.container().getId());
        }
        return document;
    }
}
