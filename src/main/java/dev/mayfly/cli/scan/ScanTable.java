package dev.mayfly.cli.scan;

import dev.mayfly.cli.Columns;
import dev.mayfly.cli.Printable;
import dev.mayfly.cli.Sizes;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import dev.mayfly.cli.scan.WriteScan.Scanned.AnonymousVolume;
import dev.mayfly.core.model.Text;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;

/** Prints one line per scanned container, and a summary. */
final class ScanTable {
    private static final int MAX_SHOWN = 3;
    private static final int MAX_LENGTH = 60;
    private static final List<String> HEADER =
            List.of("CONTAINER", "STATE", "IMAGE", "WRITES", "SIZE", "WHERE", "ANONYMOUS VOLUMES WITH DATA");

    private ScanTable() {}

    static void print(List<Scanned> scanned, PrintWriter out) {
        if (scanned.isEmpty()) {
            out.println("The engine has no containers.");
            return;
        }
        Columns.print(
                Stream.concat(Stream.of(HEADER), scanned.stream().map(ScanTable::row))
                        .toList(),
                out);
        out.println();
        summary(scanned, out);
    }

    private static List<String> row(Scanned container) {
        var written = container.written();
        return Stream.of(
                        container.name(),
                        container.state(),
                        container.imageReference(),
                        Integer.toString(written.count()),
                        Sizes.of(written.bytes()),
                        abbreviate(written.places()),
                        abbreviate(container.anonymous().stream()
                                .filter(AnonymousVolume::holdsData)
                                .map(ScanTable::volume)
                                .toList()))
                .map(Printable::of)
                .toList();
    }

    private static String volume(AnonymousVolume volume) {
        return "%s (%s%s in %d files)"
                .formatted(
                        volume.path(), volume.counted() ? "" : "at least ", Sizes.of(volume.bytes()), volume.files());
    }

    private static String abbreviate(List<String> all) {
        return Columns.abbreviated(
                all.stream().map(text -> Text.shortened(text, MAX_LENGTH)).toList(), MAX_SHOWN);
    }

    private static void summary(List<Scanned> scanned, PrintWriter out) {
        var wrote = scanned.stream().filter(s -> s.written().count() > 0).count();
        var volumes = scanned.stream()
                .flatMap(s -> s.anonymous().stream())
                .filter(AnonymousVolume::holdsData)
                .count();
        out.printf(
                "Of %d containers, %d wrote outside of volumes; %d anonymous volumes hold data.%n",
                scanned.size(), wrote, volumes);
        scanned.stream()
                .flatMap(s -> s.written().inexact().stream())
                .distinct()
                .forEach(remedy -> out.println(
                        "Inexact: the engine's own comparison misses a rewrite of the same size and time. " + remedy));
        scanned.stream()
                .filter(s -> s.mayLoseData() && s.keptBy().isEmpty())
                .findFirst()
                .ifPresent(first ->
                        out.println("For a manifest with the volumes it needs: mayfly scan -o yaml " + first.name()));
    }
}
