package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import dev.mayfly.host.Host.FileState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * An open directory. Every lookup is relative to it and follows no link, so nothing that a replica does in the meantime
 * leads out of it. An entry that vanishes during a lookup counts as absent.
 */
final class Directory implements AutoCloseable {
    private static final byte[] OPAQUE = nullTerminated("trusted.overlay.opaque".getBytes(StandardCharsets.US_ASCII));
    private static final Set<Integer> ABSENT = Set.of(Libc.ENOENT, Libc.ENOTDIR, Libc.ELOOP);
    private static final Set<Integer> NO_ATTRIBUTE = Set.of(Libc.ENODATA, Libc.ENOTSUP);
    /** Offset of {@code d_name} in {@code struct dirent} on 64 bit. */
    private static final int NAME_OFFSET = 19;

    private static final int MAX_TARGET_BYTES = 4096;

    private final int descriptor;

    private Directory(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Empty if the path is not a directory.
     *
     * @param path a path of the host: links on the way to the last part are followed
     */
    static Optional<Directory> at(Path path) {
        return open(Libc.AT_FDCWD, path.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The subdirectory of that name; empty if there is none. */
    Optional<Directory> directory(byte[] name) {
        return open(descriptor, name);
    }

    /** The inode of that name; empty if there is none. */
    Optional<Inode> lookUp(byte[] name) {
        var result = new byte[256];
        try {
            Libc.statx(descriptor, nullTerminated(name), Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_BASIC_AND_BIRTH, result);
            return Optional.of(Inode.of(result));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** A stream of the names in this directory. */
    Names names() {
        return new Names(Libc.fdopendir(openSelf()));
    }

    /** True if the directory hides what the lower layers have below it. */
    boolean opaque() {
        var value = new byte[1];
        try {
            return Libc.fgetxattr(descriptor, OPAQUE, value, value.length) == 1 && value[0] == 'y';
        } catch (LastErrorException e) {
            if (NO_ATTRIBUTE.contains(e.getErrorCode())) {
                return false;
            }
            throw e;
        }
    }

    /** The target of the symbolic link of that name; empty if there is none. */
    Optional<byte[]> linkTarget(byte[] name) {
        var target = new byte[MAX_TARGET_BYTES];
        try {
            var length = (int) Libc.readlinkat(descriptor, nullTerminated(name), target, target.length);
            return Optional.of(Arrays.copyOf(target, length));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** The content of the file of that name; empty if there is none. */
    Optional<OpenFile> content(byte[] name) {
        try {
            var flags = Libc.O_NOFOLLOW | Libc.O_CLOEXEC | Libc.O_NONBLOCK;
            return Optional.of(new OpenFile(Libc.openat(descriptor, nullTerminated(name), flags)));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** The state of the regular file of that name; empty if there is none. */
    Optional<FileState> state(byte[] name) {
        return lookUp(name)
                .filter(Inode::isFile)
                .flatMap(inode -> content(name).map(open -> {
                    try (open) {
                        return new FileState(inode.changed(), inode.born(), inode.sizeBytes() + " " + open.digest());
                    }
                }));
    }

    /** The first 64 KiB of the regular file of that name; empty if there is none. */
    Optional<byte[]> head(byte[] name) {
        return lookUp(name)
                .filter(Inode::isFile)
                .flatMap(inode -> content(name).map(open -> {
                    try (open) {
                        return open.head();
                    }
                }));
    }

    /** A second descriptor, because a stream of names closes the one it reads from. */
    private int openSelf() {
        return Libc.openat(descriptor, nullTerminated(new byte[] {'.'}), Libc.O_DIRECTORY | Libc.O_CLOEXEC);
    }

    private static Optional<Directory> open(int parent, byte[] path) {
        try {
            var flags = Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
            return Optional.of(new Directory(Libc.openat(parent, nullTerminated(path), flags)));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    private static <T> Optional<T> absent(LastErrorException failed) {
        if (ABSENT.contains(failed.getErrorCode())) {
            return Optional.empty();
        }
        throw failed;
    }

    private static byte[] nullTerminated(byte[] text) {
        return Arrays.copyOf(text, text.length + 1);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }

    /** A stream of names without {@code .} and {@code ..}. */
    static final class Names implements AutoCloseable {
        private final com.sun.jna.Pointer stream;

        private Names(com.sun.jna.Pointer stream) {
            this.stream = stream;
        }

        /** The next name; null at the end. */
        byte[] next() {
            while (true) {
                var entry = Libc.readdir(stream);
                if (entry == null) {
                    return null;
                }
                var name = entry.getByteArray(NAME_OFFSET, (int) entry.indexOf(NAME_OFFSET, (byte) 0));
                var dots = name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
                if (!dots) {
                    return name;
                }
            }
        }

        @Override
        public void close() {
            Libc.closedir(stream);
        }
    }
}
