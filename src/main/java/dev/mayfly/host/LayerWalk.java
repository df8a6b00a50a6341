package dev.mayfly.host;

import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import dev.mayfly.host.WritableLayer.Extent;
import dev.mayfly.host.WritableLayer.Unchanged;
import dev.mayfly.host.WritableLayer.WriteSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * One scan of a writable layer: walks the upper directory and compares each visit with the one the lower layers have in
 * its place. Entries that exist only because a file was opened, or because they lead to another visit, are not
 * reported.
 */
final class LayerWalk {
    private static final byte[] ROOT = {};
    /** Bounds the number of open descriptors. Deeper entries are reported as the directory they are in. */
    private static final int MAX_DEPTH = 100;
    /** Ensures that a scan ends. */
    private static final int MAX_ENTRIES = 1_000_000;

    private final WritableLayer layer;
    private final WriteSink sink;
    private final Unchanged unchanged;
    private final Instant now;
    private final boolean measure;
    private final Pace pace;

    private int entries;
    private long bytes;
    private boolean reporting = true;
    private boolean complete = true;

    private LayerWalk(
            WritableLayer layer, WriteSink sink, Unchanged unchanged, Instant now, boolean measure, Pace pace) {
        this.layer = layer;
        this.sink = sink;
        this.unchanged = unchanged;
        this.now = now;
        this.measure = measure;
        this.pace = pace;
    }

    /**
     * @param unchanged files that earlier scans of this layer found unchanged
     * @param measure true to scan to the end for the size, even if the sink wants no more
     * @param pace called for each entry and each block of content
     * @return empty if the layer does not exist
     */
    static Optional<Extent> of(
            WritableLayer layer, WriteSink sink, Unchanged unchanged, Instant now, boolean measure, Pace pace) {
        var upper = Directory.at(layer.upper());
        if (upper.isEmpty()) {
            return Optional.empty();
        }
        var walk = new LayerWalk(layer, sink, unchanged, now, measure, pace);
        try (var top = upper.get();
                var lower = LowerLayers.of(layer.lowers())) {
            walk.walkDirectory(top, lower, ROOT, 0);
        }
        return Optional.of(new Extent(walk.bytes, walk.complete));
    }

    /** @return number of entries in the directory */
    private int walkDirectory(Directory upper, LowerLayers lower, byte[] path, int depth) {
        var count = 0;
        try (var names = upper.names()) {
            for (var name = names.next(); name != null && continues(); name = names.next()) {
                pace.pause();
                var inode = upper.lookUp(name);
                if (inode.isPresent()) {
                    count++;
                    entries++;
                    bytes += size(inode.get());
                    visit(upper, lower, name, inode.get(), path, depth);
                }
            }
        }
        return count;
    }

    private boolean continues() {
        complete = complete && entries < MAX_ENTRIES && (reporting || measure);
        return complete;
    }

    private void visit(Directory upper, LowerLayers lower, byte[] name, Inode inode, byte[] parent, int depth) {
        var before = reporting ? lower.lookUp(name) : Optional.<LowerLayers.Entry>empty();
        if (inode.isWhiteout()) {
            if (before.isPresent()) {
                report(parent, name, Kind.Deleted, before.get().inode().isDirectory());
            }
        } else if (inode.isDirectory()) {
            visitDirectory(upper, lower, name, inode, before, parent, depth);
        } else if (before.isEmpty()) {
            var mountPoint = inode.isFile() && inode.sizeBytes() == 0 && engineMade(parent, name);
            if (!mountPoint) {
                report(parent, name, Kind.Added, false);
            }
        } else if (differs(upper, name, inode, before.get())) {
            report(parent, name, Kind.Changed, false);
        }
    }

    private void visitDirectory(
            Directory upper,
            LowerLayers lower,
            byte[] name,
            Inode inode,
            Optional<LowerLayers.Entry> before,
            byte[] parent,
            int depth) {
        var path = join(parent, name);
        var lowerIsDirectory = before.filter(b -> b.inode().isDirectory()).isPresent();
        if (before.isPresent() && !inode.looksLike(before.get().inode())) {
            report(parent, name, Kind.Changed, true);
        }
        if (reporting && sink.skips(path) && !measure) {
            return;
        }
        var opened = depth < MAX_DEPTH ? upper.directory(name) : Optional.<Directory>empty();
        if (opened.isEmpty()) {
            if (depth >= MAX_DEPTH && before.isEmpty()) {
                report(parent, name, Kind.Added, true);
            }
            return;
        }
        try (var directory = opened.get();
                var below = lowerIsDirectory ? lower.directory(name) : LowerLayers.empty()) {
            if (lowerIsDirectory && directory.opaque()) {
                below.forEachName(pace, gone -> {
                    if (directory.lookUp(gone).isEmpty()) {
                        var lowerEntry = below.lookUp(gone);
                        report(
                                path,
                                gone,
                                Kind.Deleted,
                                lowerEntry.isPresent()
                                        && lowerEntry.get().inode().isDirectory());
                    }
                });
            }
            var count = walkDirectory(directory, below, path, depth + 1);
            if (count == 0 && before.isEmpty() && !engineMade(parent, name)) {
                report(parent, name, Kind.Added, true);
            }
        }
    }

    private boolean differs(Directory upper, byte[] name, Inode inode, LowerLayers.Entry before) {
        if (!inode.looksLike(before.inode())) {
            return true;
        }
        if (inode.isLink()) {
            return !Arrays.equals(
                    upper.linkTarget(name).orElse(ROOT),
                    before.in().linkTarget(name).orElse(ROOT));
        }
        if (!inode.isFile()) {
            return false;
        }
        if (inode.sizeBytes() != before.inode().sizeBytes()) {
            return true;
        }
        if (unchanged.contains(inode)) {
            return false;
        }
        var mine = upper.content(name);
        if (mine.isEmpty()) {
            return false; // it vanished
        }
        try (var upperContent = mine.get();
                var lowerContent = before.in().content(name).orElseThrow()) {
            var same = upperContent.hasSameContent(lowerContent, pace);
            if (same) {
                unchanged.remember(inode, now);
            }
            return !same;
        }
    }

    /**
     * Disk space of a file. One with several names counts once: each name has an equal part, so that nothing is kept of the names
     * that were seen, of which there may be a million.
     */
    private static long size(Inode inode) {
        return inode.isDirectory() ? inode.allocatedBytes() : inode.allocatedBytes() / Math.max(1, inode.links());
    }

    private boolean engineMade(byte[] parent, byte[] name) {
        return layer.engineMade().contains(new String(join(parent, name), StandardCharsets.UTF_8));
    }

    private void report(byte[] parent, byte[] name, Kind kind, boolean directory) {
        if (reporting) {
            reporting = sink.found(join(parent, name), kind, directory);
        }
    }

    private static byte[] join(byte[] parent, byte[] name) {
        var path = Arrays.copyOf(parent, parent.length + 1 + name.length);
        path[parent.length] = '/';
        System.arraycopy(name, 0, path, parent.length + 1, name.length);
        return path;
    }
}
