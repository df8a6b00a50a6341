package dev.mayfly.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * What the file system says of one file, itself and not what it may point to.
 *
 * @param mode type and permissions, as in inode(7)
 * @param links how many names it has
 * @param sizeBytes its length
 * @param allocatedBytes what it takes on the disk
 * @param device of a device: major and minor number as one; 0 otherwise
 * @param number the inode's, within its file system
 * @param changed when content or attributes changed last; nobody but the clock's owner can set it back
 * @param born when it was made; {@link Instant#EPOCH} where the file system does not tell
 */
record Inode(
        int mode,
        int user,
        int group,
        int links,
        long sizeBytes,
        long allocatedBytes,
        long device,
        long number,
        Instant changed,
        Instant born) {
    private static final int FORMAT = 0xF000;

    /** @param statx a filled {@code struct statx}, the same on every architecture */
    static Inode of(byte[] statx) {
        var fields = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        return new Inode(
                fields.getShort(28) & 0xFFFF,
                fields.getInt(20),
                fields.getInt(24),
                fields.getInt(16),
                fields.getLong(40),
                fields.getLong(48) * 512,
                (long) fields.getInt(128) << 32 | fields.getInt(132),
                fields.getLong(32),
                instant(fields, 96),
                instant(fields, 80));
    }

    private static Instant instant(ByteBuffer fields, int at) {
        return Instant.ofEpochSecond(fields.getLong(at), fields.getInt(at + 8));
    }

    boolean isDirectory() {
        return (mode & FORMAT) == 0x4000;
    }

    boolean isFile() {
        return (mode & FORMAT) == 0x8000;
    }

    boolean isLink() {
        return (mode & FORMAT) == 0xA000;
    }

    /** How overlayfs says in an upper layer that something of a lower one is gone. */
    boolean isWhiteout() {
        return (mode & FORMAT) == 0x2000 && device == 0;
    }

    /** True where type, permissions and owner are the same; of a device also which one. */
    boolean looksLike(Inode other) {
        return mode == other.mode && user == other.user && group == other.group && device == other.device;
    }
}
