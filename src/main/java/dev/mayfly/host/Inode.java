package dev.mayfly.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * The metadata of one file as {@code statx} returns it. Links are not followed.
 *
 * @param mode type and permissions, see inode(7)
 * @param user numeric user id
 * @param group numeric group id
 * @param links number of hard links
 * @param sizeBytes length in bytes
 * @param allocatedBytes disk space in bytes
 * @param device major and minor number of a device in one value; 0 for other files
 * @param number inode number within the file system
 * @param changed last change of content or attributes; can't be set back except by setting the clock
 * @param born time of creation; {@link Instant#EPOCH} if the file system does not record it
 * @param mountRoot true if something is mounted there; false also on a kernel before Linux 5.8, which does not say so
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
        Instant born,
        boolean mountRoot) {
    private static final int FORMAT = 0xF000;
    private static final int PERMISSIONS = 07777;
    /** STATX_ATTR_MOUNT_ROOT */
    private static final long MOUNT_ROOT = 0x2000;

    /** @param statx a filled {@code struct statx}, whose layout is the same on every architecture */
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
                instant(fields, 80),
                (fields.getLong(8) & MOUNT_ROOT) != 0);
    }

    private static Instant instant(ByteBuffer fields, int at) {
        return Instant.ofEpochSecond(fields.getLong(at), fields.getInt(at + 8));
    }

    /** Permission bits, with setuid, setgid and sticky. */
    int permissions() {
        return mode & PERMISSIONS;
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

    /** True for overlayfs' mark in an upper layer that deletes an entry of a lower one. */
    boolean isWhiteout() {
        return (mode & FORMAT) == 0x2000 && device == 0;
    }

    /** True if type, permissions and owner, and for a device its number, are the same. */
    boolean looksLike(Inode other) {
        return mode == other.mode && user == other.user && group == other.group && device == other.device;
    }
}
