package dev.mayfly.host;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;

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
     * Resolves a path in a volume. Owner and mode inside the volume are the workload's; the caller ensures that no
     * process replaces a directory in the meantime.
     */
    static Path below(Path volume, String subPath, boolean make) {
        var path = path(volume + "/" + subPath);
        try {
            var mode = (int) Files.getAttribute(volume, "unix:mode", NOFOLLOW_LINKS) & 07777;
            var place = volume;
            for (var name : volume.relativize(path)) {
                if (!Files.isDirectory(place, NOFOLLOW_LINKS)) {
                    throw new Refused("subPath " + subPath + ": " + place + " is no directory.");
                }
                place = place.resolve(name);
                if (make && !Files.exists(place, NOFOLLOW_LINKS)) {
                    Files.createDirectory(place);
                    Files.setAttribute(place, "unix:mode", mode, NOFOLLOW_LINKS);
                }
                if (Files.isSymbolicLink(place)) {
                    throw new Refused("subPath " + subPath + " leads through the symbolic link " + place
                            + ", which a replica created: remove it.");
                }
            }
            if (!Files.isDirectory(path, NOFOLLOW_LINKS) && !Files.isRegularFile(path, NOFOLLOW_LINKS)) {
                throw new Refused("subPath " + subPath + ": nothing is at " + path + ", or no directory and no file.");
            }
            return path;
        } catch (IOException e) {
            throw new Refused("subPath " + subPath + " of " + volume + " can't be used: " + e.getMessage(), e);
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
                Files.createDirectory(parent);
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
                    Files.createDirectory(path);
                }
                require(Files.isDirectory(path, NOFOLLOW_LINKS), path, "a directory");
            }
            case "FileOrCreate" -> {
                if (!exists) {
                    Files.createFile(path);
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
