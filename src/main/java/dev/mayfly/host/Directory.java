package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * An open directory. Everything is looked up relative to it and no link is followed, so nothing that a replica does meanwhile
 * leads out of it. What vanishes while it is being looked at is not there.
 */
final class Directory implements AutoCloseable {
    private static final byte[] OPAQUE = terminated("trusted.overlay.opaque".getBytes(StandardCharsets.US_ASCII));
    private static final Set<Integer> ABSENT = Set.of(Libc.ENOENT, Libc.ENOTDIR, Libc.ELOOP);
    private static final Set<Integer> NO_ATTRIBUTE = Set.of(Libc.ENODATA, Libc.ENOTSUP);
    /** Of {@code struct dirent} on 64 bit. */
    private static final int NAME_AT = 19;

    private static final int LONGEST_TARGET = 4096;

    private final int descriptor;

    private Directory(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Empty where it is not there or no directory. @param path links on the way to it are followed: it is the host's */
    static Optional<Directory> at(Path path) {
        return open(Libc.AT_FDCWD, path.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The directory of that name in this one; empty where there is none. */
    Optional<Directory> directory(byte[] name) {
        return open(descriptor, name);
    }

    /** What is there of that name; empty where nothing is. */
    Optional<Inode> look(byte[] name) {
        var result = new byte[256];
        try {
            Libc.statx(descriptor, terminated(name), Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_BASIC_AND_BIRTH, result);
            return Optional.of(Inode.of(result));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** Names of what is in it, one after the other. */
    Names names() {
        return new Names(Libc.fdopendir(openSelf()));
    }

    /** True where nothing of the lower layers shows through. */
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

    /** Where the link of that name points; empty where there is none. */
    Optional<byte[]> target(byte[] name) {
        var target = new byte[LONGEST_TARGET];
        try {
            var length = (int) Libc.readlinkat(descriptor, terminated(name), target, target.length);
            return Optional.of(Arrays.copyOf(target, length));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** The content of the file of that name; empty where there is none. */
    Optional<Content> content(byte[] name) {
        try {
            var flags = Libc.O_NOFOLLOW | Libc.O_CLOEXEC | Libc.O_NONBLOCK;
            return Optional.of(new Content(Libc.openat(descriptor, terminated(name), flags)));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** What tells whether the file of that name was written; empty where there is none. */
    Optional<FileState> state(byte[] name) {
        return look(name)
                .filter(Inode::isFile)
                .flatMap(inode -> content(name).map(open -> {
                    try (open) {
                        return new FileState(inode.changed(), inode.born(), inode.sizeBytes() + " " + open.digest());
                    }
                }));
    }

    /** A descriptor of its own: a stream of names closes the one that it reads from. */
    private int openSelf() {
        return Libc.openat(descriptor, terminated(new byte[] {'.'}), Libc.O_DIRECTORY | Libc.O_CLOEXEC);
    }

    private static Optional<Directory> open(int parent, byte[] path) {
        try {
            var flags = Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
            return Optional.of(new Directory(Libc.openat(parent, terminated(path), flags)));
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

    private static byte[] terminated(byte[] text) {
        return Arrays.copyOf(text, text.length + 1);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }

    /** A stream of names, {@code .} and {@code ..} left out. */
    static final class Names implements AutoCloseable {
        private final com.sun.jna.Pointer stream;

        private Names(com.sun.jna.Pointer stream) {
            this.stream = stream;
        }

        /** The next name; null after the last one. */
        byte[] next() {
            while (true) {
                var entry = Libc.readdir(stream);
                if (entry == null) {
                    return null;
                }
                var name = entry.getByteArray(NAME_AT, (int) entry.indexOf(NAME_AT, (byte) 0));
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
