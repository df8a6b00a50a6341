package dev.mayfly.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;

/**
 * Remembers which files were read and found to be as in the image, so that a large one that was merely opened is not read
 * again at every look. Bounded.
 */
public final class Unchanged {
    private static final int MOST = 4096;
    /** A mapped page that was written once takes further writes unseen until the kernel has stored it: 35 s by default. */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private final Cache<Long, Instant> changed =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    boolean knows(Inode inode) {
        return inode.changed().equals(changed.getIfPresent(inode.number()));
    }

    /** @param now when the reading began */
    void remember(Inode inode, Instant now) {
        if (inode.changed().plus(SETTLED).isBefore(now)) {
            changed.put(inode.number(), inode.changed());
        }
    }
}
