package dev.mayfly.host;

import dev.mayfly.model.Finding.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One look at a writable layer: goes through what is in the upper directory and compares each with what the lower ones have
 * in its place. What is there only because it was opened, or lies on the way to something else, is told nobody.
 */
final class LayerWalk {
    private static final byte[] ROOT = {};
    /** Descriptors stay open on the way down. What lies deeper is told as the one directory that it lies in. */
    private static final int DEEPEST = 100;
    /** So that a look ends, whatever a replica made. */
    private static final int MOST_ENTRIES = 1_000_000;

    private final WritableLayer layer;
    private final WriteSink sink;
    private final Unchanged unchanged;
    private final Instant now;
    private final boolean measure;
    private final Set<Long> linked = new HashSet<>();

    private int entries;
    private long bytes;
    private boolean telling = true;
    private boolean complete = true;

    private LayerWalk(WritableLayer layer, WriteSink sink, Unchanged unchanged, Instant now, boolean measure) {
        this.layer = layer;
        this.sink = sink;
        this.unchanged = unchanged;
        this.now = now;
        this.measure = measure;
    }

    /**
     * @param unchanged what earlier looks at this layer remember
     * @param measure true: go on to the end for the sizes, also where the sink has enough
     * @return empty where the layer is not there
     */
    static Optional<Extent> of(WritableLayer layer, WriteSink sink, Unchanged unchanged, Instant now, boolean measure) {
        var upper = Directory.at(layer.upper());
        if (upper.isEmpty()) {
            return Optional.empty();
        }
        var walk = new LayerWalk(layer, sink, unchanged, now, measure);
        try (var top = upper.get();
                var beneath = Beneath.of(layer.lowers())) {
            walk.through(top, beneath, ROOT, 0);
        }
        return Optional.of(new Extent(walk.bytes, walk.complete));
    }

    /** @return how many entries the directory has */
    private int through(Directory upper, Beneath beneath, byte[] path, int depth) {
        var count = 0;
        try (var names = upper.names()) {
            for (var name = names.next(); name != null && goesOn(); name = names.next()) {
                var inode = upper.look(name);
                if (inode.isPresent()) {
                    count++;
                    entries++;
                    bytes += size(inode.get());
                    entry(upper, beneath, name, inode.get(), path, depth);
                }
            }
        }
        return count;
    }

    private boolean goesOn() {
        complete = complete && entries < MOST_ENTRIES && (telling || measure);
        return complete;
    }

    private void entry(Directory upper, Beneath beneath, byte[] name, Inode inode, byte[] parent, int depth) {
        var before = telling ? beneath.look(name) : Optional.<Beneath.Entry>empty();
        if (inode.isWhiteout()) {
            if (before.isPresent()) {
                tell(parent, name, Kind.Deleted, before.get().inode().isDirectory());
            }
        } else if (inode.isDirectory()) {
            directory(upper, beneath, name, inode, before, parent, depth);
        } else if (before.isEmpty()) {
            var mountPoint = inode.isFile() && inode.sizeBytes() == 0 && engineMade(parent, name);
            if (!mountPoint) {
                tell(parent, name, Kind.Added, false);
            }
        } else if (differs(upper, name, inode, before.get())) {
            tell(parent, name, Kind.Changed, false);
        }
    }

    private void directory(
            Directory upper,
            Beneath beneath,
            byte[] name,
            Inode inode,
            Optional<Beneath.Entry> before,
            byte[] parent,
            int depth) {
        var path = join(parent, name);
        var wasDirectory = before.filter(b -> b.inode().isDirectory()).isPresent();
        if (before.isPresent() && !inode.looksLike(before.get().inode())) {
            tell(parent, name, Kind.Changed, true);
        }
        if (telling && sink.passes(path) && !measure) {
            return;
        }
        var opened = depth < DEEPEST ? upper.directory(name) : Optional.<Directory>empty();
        if (opened.isEmpty()) {
            if (depth >= DEEPEST && before.isEmpty()) {
                tell(parent, name, Kind.Added, true);
            }
            return;
        }
        try (var directory = opened.get();
                var below = wasDirectory ? beneath.directory(name) : Beneath.nothing()) {
            if (wasDirectory && directory.opaque()) {
                below.names(gone -> {
                    if (directory.look(gone).isEmpty()) {
                        var was = below.look(gone);
                        tell(
                                path,
                                gone,
                                Kind.Deleted,
                                was.isPresent() && was.get().inode().isDirectory());
                    }
                });
            }
            var count = through(directory, below, path, depth + 1);
            if (count == 0 && before.isEmpty() && !engineMade(parent, name)) {
                tell(parent, name, Kind.Added, true);
            }
        }
    }

    private boolean differs(Directory upper, byte[] name, Inode inode, Beneath.Entry before) {
        if (!inode.looksLike(before.inode())) {
            return true;
        }
        if (inode.isLink()) {
            return !Arrays.equals(
                    upper.target(name).orElse(ROOT), before.in().target(name).orElse(ROOT));
        }
        if (!inode.isFile()) {
            return false;
        }
        if (inode.sizeBytes() != before.inode().sizeBytes()) {
            return true;
        }
        if (unchanged.knows(inode)) {
            return false;
        }
        var mine = upper.content(name);
        if (mine.isEmpty()) {
            return false; // it vanished
        }
        try (var upperContent = mine.get();
                var lowerContent = before.in().content(name).orElseThrow()) {
            var same = upperContent.equalTo(lowerContent);
            if (same) {
                unchanged.remember(inode, now);
            }
            return !same;
        }
    }

    /** A file with several names counts once. */
    private long size(Inode inode) {
        return inode.links() == 1 || inode.isDirectory() || linked.add(inode.number()) ? inode.allocatedBytes() : 0;
    }

    private boolean engineMade(byte[] parent, byte[] name) {
        return layer.engineMade().contains(new String(join(parent, name), StandardCharsets.UTF_8));
    }

    private void tell(byte[] parent, byte[] name, Kind kind, boolean directory) {
        if (telling) {
            telling = sink.found(join(parent, name), kind, directory);
        }
    }

    private static byte[] join(byte[] parent, byte[] name) {
        var path = Arrays.copyOf(parent, parent.length + 1 + name.length);
        path[parent.length] = '/';
        System.arraycopy(name, 0, path, parent.length + 1, name.length);
        return path;
    }
}
