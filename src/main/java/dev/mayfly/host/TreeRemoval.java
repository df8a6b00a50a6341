package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Removes a directory with everything in it, regardless of its depth, which only the disk limits for a replica. Each
 * subdirectory is moved to the top before its parent is removed, so no path is longer than two names, and no more than
 * five descriptors are open. Follows no link, since a replica may have left one that points anywhere, and enters no
 * mount. Two threads may remove the same directory at the same time.
 */
final class TreeRemoval {
    private final Path path;
    private final Directory top;
    private final Pace pace;
    /** The names of moved directories begin with this, so that they are unlike any name that a replica chose. */
    private final String prefix = "removed-" + UUID.randomUUID() + "-";

    private long moved;
    private boolean progress;

    private TreeRemoval(Path path, Directory top, Pace pace) {
        this.path = path;
        this.top = top;
        this.pace = pace;
    }

    /**
     * Does nothing if there is nothing.
     *
     * @param pace called for each entry
     * @throws IOException if something can't be removed: the rest may be gone
     */
    static void remove(Path path, Pace pace) throws IOException {
        var name = path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        try (var parent = Directory.at(path.getParent()).orElse(null)) {
            if (parent == null || parent.unlink(name)) {
                return;
            }
            try (var top = parent.directory(name).orElse(null)) {
                if (top != null) {
                    new TreeRemoval(path, top, pace).empty();
                }
            }
            if (!parent.removeDirectory(name)) {
                throw new IOException(path + " is being written to");
            }
        } catch (LastErrorException failed) {
            throw failed.getErrorCode() == Libc.EBUSY ? mounted(path) : new IOException(failed.getMessage(), failed);
        }
    }

    private static IOException mounted(Path path) {
        return new IOException("something is mounted below " + path + ": unmount it, see /proc/self/mounts");
    }

    /** Each pass removes one level of the tree or more. */
    private void empty() throws IOException {
        boolean found;
        do {
            progress = false;
            found = pass();
        } while (progress);
        if (found) {
            throw new IOException(path + " is being written to");
        }
    }

    /** @return true if there was an entry */
    private boolean pass() throws IOException {
        var found = false;
        try (var names = top.names()) {
            for (var name = names.next(); name != null; name = names.next()) {
                found = true;
                pace.pause();
                if (top.unlink(name)) {
                    progress = true;
                } else {
                    removeDirectory(name);
                }
            }
        }
        return found;
    }

    private void removeDirectory(byte[] name) throws IOException {
        if (top.lookUp(name).filter(Inode::mountRoot).isPresent()) {
            throw mounted(path);
        }
        try (var directory = top.directory(name).orElse(null);
                var names = directory == null ? null : directory.names()) {
            for (var entry = names == null ? null : names.next(); entry != null; entry = names.next()) {
                pace.pause();
                if (!directory.unlink(entry)) {
                    directory.move(entry, top, (prefix + moved++).getBytes(StandardCharsets.US_ASCII));
                }
                progress = true;
            }
        }
        progress |= top.removeDirectory(name);
    }
}
