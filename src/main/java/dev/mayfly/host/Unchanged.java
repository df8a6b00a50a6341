package dev.mayfly.host;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers files that were compared with the image and found unchanged, so that a large file that was only opened is
 * not read again at every scan. Bounded. Not thread-safe.
 */
public final class Unchanged {
    private static final int MAX_FILES = 4096;
    /**
     * A mapped page that was written once takes more writes without a new change time until the kernel stores it: 35 s
     * by default.
     */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private final Map<Long, Instant> changed = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Instant> eldest) {
            return size() > MAX_FILES;
        }
    };

    boolean contains(Inode inode) {
        return inode.changed().equals(changed.get(inode.number()));
    }

    /** @param now when reading the file began */
    void remember(Inode inode, Instant now) {
        if (inode.changed().plus(SETTLED).isBefore(now)) {
            changed.put(inode.number(), inode.changed());
        }
    }
}
