package dev.mayfly.host;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The content of an open file, read once from the beginning. */
final class OpenFile implements AutoCloseable {
    private static final int BLOCK = 64 << 10;

    /** Number of blocks that {@link #digest} reads. */
    private static final int DIGESTED_BLOCKS = 16;

    private final int descriptor;
    private final byte[] buffer = new byte[BLOCK];

    OpenFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Gives the file to a group and adds permission bits, if it is a regular file: its name may belong to another now. */
    void give(int group, int bits) {
        if (inode().isFile()) {
            Libc.fchown(descriptor, Directory.UNCHANGED, group);
            Libc.fchmod(descriptor, inode().permissions() | bits); // the change of the group may have cleared some
        }
    }

    private Inode inode() {
        return Directory.inode(descriptor, new byte[0], Libc.AT_EMPTY_PATH);
    }

    /** Compares both files, up to their end or the first difference. @param pace called for each block */
    boolean hasSameContent(OpenFile other, Pace pace) {
        while (true) {
            pace.pause();
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

    /** The first 64 KiB. */
    byte[] head() {
        return Arrays.copyOf(buffer, fill());
    }

    /**
     * SHA-256 of the first MiB, in hex. Bounded because a replica may have made the file as long as the disk is large.
     */
    String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var i = 0; i < DIGESTED_BLOCKS; i++) {
                digest.update(buffer, 0, fill());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Fills the buffer and returns the number of bytes read, which is less than the buffer's size only at the end of
     * the file.
     */
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
