package dev.mayfly.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mayfly.core.audit.AuditReport.Finding.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A container's writable layer and the layers below it, as an overlay stores them.
 *
 * @param upper the directory that receives the writes
 * @param lowers the image's layers, topmost first
 * @param engineMade absolute paths in the container that the engine creates if the image lacks them: mount points, the
 *     working directory, and their parents
 */
public record WritableLayer(Path upper, List<Path> lowers, Set<String> engineMade) {

    /** @param made paths that the engine creates; their parents are added */
    public static WritableLayer of(Path upper, List<Path> lowers, Set<String> made) {
        return new WritableLayer(upper, lowers, withParents(made));
    }

    /** The paths and all their parents except the root. */
    public static Set<String> withParents(Set<String> paths) {
        var all = new HashSet<String>();
        for (var path : paths) {
            for (var end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
                all.add(path.substring(0, end));
            }
        }
        return Set.copyOf(all);
    }

    /**
     * How much of a writable layer was scanned.
     *
     * @param bytes disk space of the scanned part
     * @param complete false if part of the layer was not scanned
     */
    public record Extent(long bytes, boolean complete) {}

    /** Receives the writes that a scan of a writable layer finds. Paths are absolute in the container, as raw bytes. */
    public interface WriteSink {

        /**
         * @param directory true if the path is, or was, a directory
         * @return false to receive no more writes
         */
        boolean found(byte[] path, Kind kind, boolean directory);

        /** True to skip the content of a directory. */
        default boolean skips(byte[] directory) {
            return false;
        }
    }

    /**
     * Remembers files that were compared with the image and found unchanged, so that a large file that was only opened is
     * not read again at every scan. Bounded.
     */
    public static final class Unchanged {
        private static final int MAX_FILES = 4096;
        /**
         * A mapped page that was written once takes more writes without a new change time until the kernel stores it: 35 s
         * by default.
         */
        private static final Duration SETTLED = Duration.ofMinutes(2);

        private final Cache<Long, Instant> changed = Caffeine.newBuilder()
                .maximumSize(MAX_FILES)
                .executor(Runnable::run)
                .build();

        boolean contains(Inode inode) {
            return inode.changed().equals(changed.getIfPresent(inode.number()));
        }

        /** @param now when reading the file began */
        void remember(Inode inode, Instant now) {
            if (inode.changed().plus(SETTLED).isBefore(now)) {
                changed.put(inode.number(), inode.changed());
            }
        }
    }
}
