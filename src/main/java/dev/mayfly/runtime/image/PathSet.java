package dev.mayfly.runtime.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * A set of paths that keeps 8 bytes of each, so that a layer of a million files costs 16 MB. Which 8 depends on a salt that
 * changes with each process: nobody can make a path that is taken for another.
 */
final class PathSet {
    private static final byte[] SALT = new SecureRandom().generateSeed(16);
    /** Stands for a free place, which no path may have. */
    private static final long FREE = 0;

    private final MessageDigest digest = sha256();
    private final LookBudget budget;
    private long[] table = new long[64];
    private int size;

    PathSet(LookBudget budget) {
        this.budget = budget;
    }

    void add(String path) throws UnreadableImage {
        if (size * 2 >= table.length) {
            grow();
        }
        if (put(mark(path))) {
            size++;
        }
    }

    boolean contains(String path) {
        var mark = mark(path);
        return table[place(mark)] == mark;
    }

    private boolean put(long mark) {
        var place = place(mark);
        var added = table[place] == FREE;
        table[place] = mark;
        return added;
    }

    /** Where it stands, or is to stand. */
    private int place(long mark) {
        var place = (int) mark & (table.length - 1);
        while (table[place] != mark && table[place] != FREE) {
            place = (place + 1) & (table.length - 1);
        }
        return place;
    }

    private void grow() throws UnreadableImage {
        var before = table;
        budget.take(before.length * 2L * Long.BYTES);
        table = new long[before.length * 2];
        for (var mark : before) {
            if (mark != FREE) {
                put(mark);
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
