package dev.mayfly.cli.scan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.cli.EngineReader;
import dev.mayfly.cli.Listing;
import dev.mayfly.cli.Listing.Column;
import dev.mayfly.cli.Sizes;
import dev.mayfly.cli.scan.WriteReader.EngineChanges;
import dev.mayfly.cli.scan.WriteReader.Written;
import dev.mayfly.cli.scan.WriteScan.Scanned;
import dev.mayfly.core.audit.AuditReport.Finding;
import dev.mayfly.core.model.Globs;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files that one container wrote outside of volumes.
 *
 * @param written as a scan finds it
 * @param changes sorted by path; all of them, by the engine's comparison where the scan lists the first only
 */
record Difference(String container, Written written, List<Change> changes) {
    /** The engine packs each file whose size is asked for. */
    private static final int MOST_SIZES = 200;

    /**
     * @param bytes size of a file; empty of all else, of a deleted one, and where there are too many to ask for
     * @param ignored whether the replica's owner excepts the path
     */
    record Change(String path, Finding.Kind kind, OptionalLong bytes, boolean ignored) {}

    static Difference of(Scanned scanned, EngineReader engine, Globs ignored) {
        var container = scanned.container();
        var found = scanned.written().changes();
        if (scanned.written().truncated()) {
            var mounts = new TreeSet<String>();
            WriteScan.mounts(container)
                    .forEach(mount -> mounts.add(mount.getDestination().getPath()));
            found = EngineChanges.of(engine.changes(container.getId()), mounts);
        }
        var sized = found.size() <= MOST_SIZES;
        return new Difference(
                scanned.name(),
                scanned.written(),
                found.stream()
                        .map(change -> new Change(
                                change.path(),
                                change.kind(),
                                sized && change.kind() != Finding.Kind.Deleted
                                        ? size(engine, container.getId(), change.path())
                                        : OptionalLong.empty(),
                                ignored.match(change.path())))
                        .toList());
    }

    /** Of the head of a tar that the engine begins to send. */
    private static OptionalLong size(EngineReader engine, String container, String path) {
        try (var tar = new TarArchiveInputStream(engine.archive(container, path))) {
            var entry = tar.getNextEntry();
            return entry != null && entry.isFile() ? OptionalLong.of(entry.getSize()) : OptionalLong.empty();
        } catch (IOException | DockerException gone) {
            return OptionalLong.empty();
        }
    }

    /** @param known false: nobody knows what is ignored */
    static Listing<Change> listing(List<Change> changes, boolean known) {
        return new Listing<>(
                changes,
                List.of(
                        Column.of("KIND", change -> change.kind().name()),
                        Column.of("SIZE", Difference::size),
                        Column.of("IGNORED", change -> !known ? "?" : change.ignored() ? "yes" : "no"),
                        Column.of("PATH", Change::path)),
                Change::path,
                Change::path);
    }

    private static String size(Change change) {
        return change.bytes().isPresent() ? Sizes.of(change.bytes().getAsLong()) : "-";
    }

    Object document(boolean known) {
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("container", container)
                .put("exact", written.inexact().isEmpty())
                .put("bytes", written.bytes())
                .put("count", Math.max(written.count(), changes.size()));
        var writes = document.putArray("writes");
        for (var change : changes) {
            writes.addObject()
                    .put("path", change.path())
                    .put("kind", change.kind().name())
                    .put("bytes", change.bytes().isPresent() ? change.bytes().getAsLong() : null)
                    .put("ignored", known ? change.ignored() : null);
        }
        var suggested = document.putArray("suggestedVolumes");
        written.directories().forEach(suggested::add);
        return document;
    }

    void summarize(PrintWriter err) {
        err.printf(
                "%s wrote %d paths outside of volumes, %s in all.%n",
                container, Math.max(written.count(), changes.size()), Sizes.of(written.bytes()));
        if (!written.directories().isEmpty()) {
            err.println("Volumes at " + String.join(", ", written.directories()) + " would hold them.");
        }
        written.inexact()
                .ifPresent(remedy -> err.println(
                        "Inexact: the engine's own comparison misses a rewrite of the same size and time. " + remedy));
    }
}
