package dev.mayfly.host;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.sun.jna.LastErrorException;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.OptionalInt;

/**
 * Checks a {@code hostPath} on the disk before the engine gets it. The engine follows links in a path, so every parent
 * must be a real directory that only root can change. The check against the allowed prefixes needs no disk; the spec
 * reader does it.
 */
final class HostPaths {
    private HostPaths() {}

    static Path prepare(Volume.HostPath volume) {
        var path = path(volume.path());
        try {
            checkParents(path, volume.type().endsWith("OrCreate"));
            return checkedLeaf(path, volume.type());
        } catch (IOException e) {
            throw new Refused("hostPath " + path + " can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * Resolves a path in a volume. Owner and mode inside the volume are the workload's. Directories are made in open
     * directories, so none is made outside of the volume; that nothing is replaced before the engine resolves the
     * returned path again is ensured by the caller.
     */
    static Path below(Path volume, String subPath, boolean make) {
        try (var root = Directory.at(volume).orElseThrow(() -> noDirectory(subPath, volume))) {
            var permissions = make ? OptionalInt.of(root.inode().permissions()) : OptionalInt.empty();
            return new SubPath(subPath, permissions).resolve(root, volume, List.of(subPath.split("/")));
        } catch (LastErrorException e) {
            throw new Refused("subPath " + subPath + " of " + volume + " can't be used: " + e.getMessage(), e);
        }
    }

    private static Refused noDirectory(String subPath, Path place) {
        return new Refused("subPath " + subPath + ": " + place + " is no directory.");
    }

    /** @param made permissions of missing directories, which are made; empty: a missing one is refused */
    private record SubPath(String text, OptionalInt made) {

        /** @param names the rest of the path, from the open directory on */
        Path resolve(Directory directory, Path at, List<String> names) {
            var name = names.getFirst().getBytes(StandardCharsets.UTF_8);
            var place = path(at + "/" + names.getFirst());
            made.ifPresent(permissions -> directory.make(name, permissions));
            var found = directory.lookUp(name);
            if (found.filter(Inode::isLink).isPresent()) {
                throw new Refused("subPath " + text + " leads through the symbolic link " + place
                        + ", which a replica created: remove it.");
            }
            if (names.size() == 1) {
                found.filter(inode -> inode.isDirectory() || inode.isFile())
                        .orElseThrow(() -> new Refused(
                                "subPath " + text + ": nothing is at " + place + ", or no directory and no file."));
                return place;
            }
            try (var next = directory.directory(name).orElseThrow(() -> noDirectory(text, place))) {
                return resolve(next, place, names.subList(1, names.size()));
            }
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Refused("hostPath " + text + " is no path on this host: " + e.getReason() + ".", e);
        }
    }

    private static void checkParents(Path path, boolean create) throws IOException {
        var parent = Path.of("/");
        for (var name : path.getParent()) {
            parent = parent.resolve(name);
            if (create && !Files.exists(parent, NOFOLLOW_LINKS)) {
                create(parent, Files::createDirectory);
            }
            if (Files.isSymbolicLink(parent)) {
                throw new Refused("hostPath " + path + " leads through the symbolic link " + parent
                        + ": name the real directory instead.");
            }
            if (!Files.isDirectory(parent, NOFOLLOW_LINKS)) {
                throw new Refused("hostPath " + path + ": " + parent
                        + " is not there or no directory. Create it, or use type DirectoryOrCreate.");
            }
            var attributes = Files.readAttributes(parent, PosixFileAttributes.class, NOFOLLOW_LINKS);
            var writable = attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
            if (writable || !attributes.owner().getName().equals("root")) {
                throw new Refused("hostPath " + path + ": its parent " + parent
                        + " must belong to root and be writable by"
                        + " root alone, otherwise another user could replace the directory. Run: chown root " + parent
                        + " && chmod go-w " + parent);
            }
        }
    }

    private static Path checkedLeaf(Path path, String type) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw new Refused("hostPath " + path + " is a symbolic link: name what it points to instead.");
        }
        var exists = Files.exists(path, NOFOLLOW_LINKS);
        switch (type) {
            case "DirectoryOrCreate" -> {
                if (!exists) {
                    create(path, Files::createDirectory);
                }
                require(Files.isDirectory(path, NOFOLLOW_LINKS), path, "a directory");
            }
            case "FileOrCreate" -> {
                if (!exists) {
                    create(path, Files::createFile);
                }
                require(Files.isRegularFile(path, NOFOLLOW_LINKS), path, "a file");
            }
            case "Directory" -> require(Files.isDirectory(path, NOFOLLOW_LINKS), path, "a directory");
            case "File" -> require(Files.isRegularFile(path, NOFOLLOW_LINKS), path, "a file");
            case "Socket" -> require(kind(path, 0xC000), path, "a socket");
            case "CharDevice" -> require(kind(path, 0x2000), path, "a character device");
            case "BlockDevice" -> require(kind(path, 0x6000), path, "a block device");
            default -> require(exists, path, "there (type DirectoryOrCreate makes it)");
        }
        return path;
    }

    private interface Creation {
        Path of(Path path, FileAttribute<?>... attributes) throws IOException;
    }

    /** Makes it, unless another replica that starts at the same time did. The caller looks at what is there. */
    private static void create(Path path, Creation creation) throws IOException {
        try {
            creation.of(path);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            return;
        }
    }

    /** @param format the file type bits of {@code st_mode}, see inode(7) */
    private static boolean kind(Path path, int format) throws IOException {
        return Files.exists(path, NOFOLLOW_LINKS)
                && ((int) Files.getAttribute(path, "unix:mode", NOFOLLOW_LINKS) & 0xF000) == format;
    }

    private static void require(boolean met, Path path, String what) {
        if (!met) {
            throw new Refused("hostPath " + path + " is not " + what + ".");
        }
    }
}
