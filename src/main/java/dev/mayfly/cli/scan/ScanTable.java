package dev.mayfly.cli.scan;

import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import dev.mayfly.cli.Sizes;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import dev.mayfly.cli.scan.WriteScan.Scanned.AnonymousVolume;
import dev.mayfly.core.model.Text;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;

/** One row per scanned container, and a summary. */
final class ScanTable {
    private static final int MAX_SHOWN = 3;
    private static final int MAX_LENGTH = 60;
    private static final int ID_DIGITS = 12;

    private static final List<Column<Scanned>> COLUMNS = List.of(
            Column.of("CONTAINER", Scanned::name),
            Column.wide("ID", ScanTable::id),
            Column.of("STATE", Scanned::state),
            Column.of("IMAGE", Scanned::imageReference),
            Column.of("WRITES", scanned -> Integer.toString(scanned.written().count())),
            Column.of("SIZE", scanned -> Sizes.of(scanned.written().bytes())),
            list("WHERE", scanned -> scanned.written().places()),
            list(
                    "ANONYMOUS VOLUMES WITH DATA",
                    scanned -> scanned.anonymous().stream()
                            .filter(AnonymousVolume::holdsData)
                            .map(ScanTable::volume)
                            .toList()),
            Column.wide("REPLICA OF", scanned -> scanned.keptBy().orElse("-")));

    private ScanTable() {}

    static Listing<Scanned> listing(List<Scanned> scanned) {
        return new Listing<>(scanned, COLUMNS, container -> "container/" + container.name(), ScanTable::id);
    }

    private static String id(Scanned container) {
        return Text.atMost(container.container().getId(), ID_DIGITS);
    }

    /** A column of texts, each of which is shortened unless the table is wide. */
    private static Column<Scanned> list(String header, Function<Scanned, List<String>> texts) {
        var full = Column.list(header, texts, MAX_SHOWN);
        var shortened = Column.list(
                header,
                (Scanned scanned) -> texts.apply(scanned).stream()
                        .map(text -> Text.shortened(text, MAX_LENGTH))
                        .toList(),
                MAX_SHOWN);
        return new Column<>(
                header,
                false,
                (scanned, wide) -> (wide ? full : shortened).cell().apply(scanned, wide));
    }

    private static String volume(AnonymousVolume volume) {
        return "%s (%s%s in %d files)"
                .formatted(
                        volume.path(), volume.counted() ? "" : "at least ", Sizes.of(volume.bytes()), volume.files());
    }

    /** The summary of the rows, for people. */
    static void summarize(List<Scanned> scanned, PrintWriter err) {
        var wrote = scanned.stream().filter(s -> s.written().count() > 0).count();
        var volumes = scanned.stream()
                .flatMap(s -> s.anonymous().stream())
                .filter(AnonymousVolume::holdsData)
                .count();
        err.printf(
                "Of %d containers, %d wrote outside of volumes; %d anonymous volumes hold data.%n",
                scanned.size(), wrote, volumes);
        scanned.stream()
                .flatMap(s -> s.written().inexact().stream())
                .distinct()
                .forEach(remedy -> err.println(
                        "Inexact: the engine's own comparison misses a rewrite of the same size and time. " + remedy));
        scanned.stream()
                .filter(s -> s.mayLoseData() && s.keptBy().isEmpty())
                .findFirst()
                .ifPresent(first ->
                        err.println("For a manifest with the volumes it needs: mayfly scan -o yaml " + first.name()));
    }
}
