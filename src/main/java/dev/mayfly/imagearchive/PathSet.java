package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * A set of paths that keeps 8 bytes of each, so that a layer with a million files takes 16 MB. The bytes depend on a
 * salt that changes with each process, so an attacker can't construct two paths that collide.
 */
final class PathSet {
    private static final byte[] SALT = new SecureRandom().generateSeed(16);
    /** Marks a free slot; no path maps to it. */
    private static final long FREE = 0;

    private final MessageDigest digest = sha256();
    private final ArchiveBudget budget;
    private long[] table = new long[64];
    private int size;

    PathSet(ArchiveBudget budget) {
        this.budget = budget;
    }

    void add(String path) throws UnreadableImage {
        if (size * 2 >= table.length) {
            grow();
        }
        if (insert(mark(path))) {
            size++;
        }
    }

    boolean contains(String path) {
        var mark = mark(path);
        return table[slot(mark)] == mark;
    }

    private boolean insert(long mark) {
        var slot = slot(mark);
        var added = table[slot] == FREE;
        table[slot] = mark;
        return added;
    }

    /** The slot that holds the mark, or the free slot for it. */
    private int slot(long mark) {
        var slot = (int) mark & (table.length - 1);
        while (table[slot] != mark && table[slot] != FREE) {
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    private void grow() throws UnreadableImage {
        var before = table;
        budget.take(before.length * 2L * Long.BYTES);
        table = new long[before.length * 2];
        for (var mark : before) {
            if (mark != FREE) {
                insert(mark);
            }
        }
        budget.take(-before.length * (long) Long.BYTES);
    }

    private long mark(String path) {
        digest.update(SALT);
        var mark = ByteBuffer.wrap(digest.digest(path.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return mark == FREE ? 1 : mark;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
