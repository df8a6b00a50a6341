package dev.mayfly.host;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which files were read and found to be as in the image, so that a large one that was merely opened is not read
 * again at every look. Bounded. Not thread-safe.
 */
public final class Unchanged {
    private static final int MOST = 4096;
    /** A mapped page that was written once takes further writes unseen until the kernel has stored it: 35 s by default. */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private final Map<Long, Instant> changed = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Instant> eldest) {
            return size() > MOST;
        }
    };

    boolean knows(Inode inode) {
        return inode.changed().equals(changed.get(inode.number()));
    }

    /** @param now when the reading began */
    void remember(Inode inode, Instant now) {
        if (inode.changed().plus(SETTLED).isBefore(now)) {
            changed.put(inode.number(), inode.changed());
        }
    }
}
