package dev.mayfly.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;

/**
 * Remembers files that were compared with the image and found unchanged, so that a large file that was only opened is
 * not read again at every scan. Bounded.
 */
public final class Unchanged {
    private static final int MAX_FILES = 4096;
    /**
     * A mapped page that was written once takes more writes without a new change time until the kernel stores it: 35 s
     * by default.
     */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private final Cache<Long, Instant> changed =
            Caffeine.newBuilder().maximumSize(MAX_FILES).executor(Runnable::run).build();

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
