package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import dev.mayfly.host.Host.FileState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * An open directory. Every lookup and every change is relative to it and follows no link, so nothing that a replica does
 * in the meantime leads out of it. An entry that vanishes meanwhile counts as absent.
 */
final class Directory implements AutoCloseable {
    private static final byte[] OPAQUE = nullTerminated("trusted.overlay.opaque".getBytes(StandardCharsets.US_ASCII));
    private static final Set<Integer> ABSENT = Set.of(Libc.ENOENT, Libc.ENOTDIR, Libc.ELOOP);
    private static final Set<Integer> NO_ATTRIBUTE = Set.of(Libc.ENODATA, Libc.ENOTSUP);
    /** Offset of {@code d_name} in {@code struct dirent} on 64 bit. */
    private static final int NAME_OFFSET = 19;

    private static final int MAX_TARGET_BYTES = 4096;
    private static final byte[] ITSELF = {};
    private static final int ROOT_ONLY = 0700;
    /** User or group that a change of the owner leaves as it is. */
    static final int UNCHANGED = -1;

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
        try {
            return Optional.of(inode(descriptor, name, Libc.AT_SYMLINK_NOFOLLOW));
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** The directory's own inode. */
    Inode inode() {
        return inode(descriptor, ITSELF, Libc.AT_EMPTY_PATH);
    }

    /** @param name empty, with {@link Libc#AT_EMPTY_PATH}: the inode of the open file itself */
    static Inode inode(int descriptor, byte[] name, int flags) {
        var result = new byte[256];
        Libc.statx(descriptor, nullTerminated(name), flags, Libc.STATX_BASIC_AND_BIRTH, result);
        return Inode.of(result);
    }

    /** Makes a subdirectory with exactly these permissions. Does nothing if there is an entry of that name. */
    void make(byte[] name, int permissions) {
        try {
            Libc.mkdirat(descriptor, nullTerminated(name), ROOT_ONLY);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Libc.EEXIST) {
                return;
            }
            throw e;
        }
        try (var made = directory(name).orElse(null)) {
            if (made != null) {
                Libc.fchmod(made.descriptor, permissions);
            }
        }
    }

    /** Removes the entry of that name unless it is a directory. @return false if it is one */
    boolean unlink(byte[] name) {
        try {
            Libc.unlinkat(descriptor, nullTerminated(name), 0);
            return true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Libc.EISDIR) {
                return false;
            }
            absent(e);
            return true;
        }
    }

    /** Removes the empty directory of that name. @return false if it is not empty */
    boolean removeDirectory(byte[] name) {
        try {
            Libc.unlinkat(descriptor, nullTerminated(name), Libc.AT_REMOVEDIR);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Libc.ENOTEMPTY) {
                return false;
            }
            absent(e);
        }
        return true;
    }

    /** Moves the entry of that name to another directory of the same file system. */
    void move(byte[] name, Directory target, byte[] newName) {
        try {
            Libc.renameat(descriptor, nullTerminated(name), target.descriptor, nullTerminated(newName));
        } catch (LastErrorException e) {
            absent(e);
        }
    }

    /** Gives the directory itself to a group and adds permission bits. */
    void give(int group, int bits) {
        Libc.fchown(descriptor, UNCHANGED, group);
        Libc.fchmod(descriptor, inode().permissions() | bits); // the change of the group may have cleared some
    }

    /** Gives the entry of that name to a group: a file with these permission bits in addition, others without. */
    void give(byte[] name, int group, int bits) {
        var file = lookUp(name).filter(Inode::isFile).flatMap(inode -> content(name));
        if (file.isPresent()) {
            try (var open = file.get()) {
                open.give(group, bits);
            }
            return;
        }
        try { // opening a pipe or a device may have an effect
            Libc.fchownat(descriptor, nullTerminated(name), UNCHANGED, group, Libc.AT_SYMLINK_NOFOLLOW);
        } catch (LastErrorException e) {
            absent(e);
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

    /**
     * The content of the regular file of that name; empty if there is none. Nothing else is opened, even if it takes the
     * file's place meanwhile: opening a device such as /dev/watchdog has an effect.
     */
    Optional<OpenFile> content(byte[] name) {
        try {
            var found = Libc.openat(descriptor, nullTerminated(name), Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
            try {
                return inode(found, new byte[0], Libc.AT_EMPTY_PATH).isFile()
                        ? Optional.of(new OpenFile(reopen(found)))
                        : Optional.empty();
            } finally {
                Libc.close(found);
            }
        } catch (LastErrorException e) {
            return absent(e);
        }
    }

    /** By way of the descriptor, so it is the same file (proc(5)). */
    private static int reopen(int found) {
        var link = ("/proc/self/fd/" + found).getBytes(StandardCharsets.US_ASCII);
        return Libc.openat(Libc.AT_FDCWD, nullTerminated(link), Libc.O_CLOEXEC | Libc.O_NONBLOCK);
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
