package dev.mayfly.host;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** An open file's content, read once from the beginning. */
final class Content implements AutoCloseable {
    private static final int BLOCK = 64 << 10;

    /** Blocks of a digest. */
    private static final int DIGESTED = 16;

    private final int descriptor;
    private final byte[] buffer = new byte[BLOCK];

    Content(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Reads both to their end, or to the first difference. */
    boolean equalTo(Content other) {
        while (true) {
            var mine = fill();
            var theirs = other.fill();
            if (mine != theirs || !Arrays.equals(buffer, 0, mine, other.buffer, 0, theirs)) {
                return false;
            }
            if (mine == 0) {
                return true;
            }
        }
    }

    /** SHA-256 of the first MiB, in hex: a replica may have made it as long as the disk is large. */
    String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var i = 0; i < DIGESTED; i++) {
                digest.update(buffer, 0, fill());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As much as the buffer takes; less only at the end. */
    private int fill() {
        var filled = 0;
        while (filled < BLOCK) {
            var read = read(filled);
            if (read == 0) {
                break;
            }
            filled += read;
        }
        return filled;
    }

    private int read(int at) {
        if (at == 0) {
            return (int) Libc.read(descriptor, buffer, BLOCK);
        }
        var rest = new byte[BLOCK - at];
        var read = (int) Libc.read(descriptor, rest, rest.length);
        System.arraycopy(rest, 0, buffer, at, read);
        return read;
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
