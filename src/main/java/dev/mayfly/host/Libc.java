package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * System calls that the JDK does not offer. Those for files work relative to an open directory, so neither links nor the
 * length of a path matter, and take names as bytes, so neither their encoding nor the JVM's locale matters. Linux, 64 bit.
 */
final class Libc {
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    static final int O_CLOEXEC = 0x80000;
    /** Without it, opening a FIFO that has no writer would block forever. */
    static final int O_NONBLOCK = 0x800;

    /** Finds a file without opening it (open(2)). */
    static final int O_PATH = 0x200000;

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;
    /** Has {@code unlinkat} remove a directory, which must be empty. */
    static final int AT_REMOVEDIR = 0x200;

    static final int STATX_BASIC_AND_BIRTH = 0xFFF;

    /** Goes on evenly whoever sets the time, also while the machine sleeps (clock_gettime(2)). */
    static final int CLOCK_BOOTTIME = 7;

    static final int ENOENT = 2;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int ENODATA = 61;
    static final int ENOTSUP = 95;

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int openat(int directory, byte[] path, int flags) throws LastErrorException;

    static native int close(int descriptor);

    static native Pointer fdopendir(int descriptor) throws LastErrorException;

    static native Pointer readdir(Pointer stream);

    static native int closedir(Pointer stream);

    static native int statx(int directory, byte[] path, int flags, int mask, byte[] result) throws LastErrorException;

    static native long readlinkat(int directory, byte[] path, byte[] target, long size) throws LastErrorException;

    static native int mkdirat(int directory, byte[] path, int mode) throws LastErrorException;

    static native int unlinkat(int directory, byte[] path, int flags) throws LastErrorException;

    static native int renameat(int from, byte[] path, int to, byte[] target) throws LastErrorException;

    /** @param user as {@code group}, -1 to leave it as it is */
    static native int fchownat(int directory, byte[] path, int user, int group, int flags) throws LastErrorException;

    static native int fchown(int descriptor, int user, int group) throws LastErrorException;

    static native int fchmod(int descriptor, int mode) throws LastErrorException;

    static native long fgetxattr(int descriptor, byte[] name, byte[] value, long size) throws LastErrorException;

    /** @param time receives seconds and nanoseconds */
    static native int clock_gettime(int clock, long[] time) throws LastErrorException;

    static native long read(int descriptor, byte[] buffer, long size) throws LastErrorException;
}
