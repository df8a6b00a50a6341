package dev.mayfly.host;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.core.model.Volume.FileContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Files of ConfigMaps and Secrets in memory. Only root can reach them: a replica sees its files through the engine's
 * read-only bind mount, which does not need access to the parent directories.
 */
final class MemoryFiles {
    private static final int DIRECTORY = 0755;
    /** The mode bits that Kubernetes gives the group of fsGroup in a read-only volume, see SetVolumeOwnership. */
    private static final int GROUP_FILE = 0440;

    private static final int GROUP_DIRECTORY = 02550;

    private final MemoryMount mount;
    private final AttemptDirectories attempts;
    private final MemoryShares shares;

    /** @param root a directory for this operator only */
    MemoryFiles(Path root) {
        mount = new MemoryMount(root);
        attempts = new AttemptDirectories(root.resolve("files"));
        shares = new MemoryShares(root, attempts);
    }

    /**
     * Writes the volume's files. Files that already have the right content are not rewritten.
     *
     * @param group group that owns the files; -1 for none
     * @return the directory that holds them
     */
    Path write(ReplicaId replica, String volume, Volume.Files files, long group) {
        mount.ensure();
        try {
            var directory = attempts.make(replica, volume);
            own(directory, DIRECTORY, group, GROUP_DIRECTORY);
            shares.take(replica, volume, files);
            removeOthers(directory, files);
            for (var file : files.files().entrySet()) {
                write(directory, resolveInside(directory, file.getKey()), file.getValue(), group);
            }
            return directory;
        } catch (IOException e) {
            throw new Host.Refused(
                    "Files of volume " + volume + " could not be written below " + mount.root() + ": "
                            + LinuxHost.reason(e) + ". Check that there is memory left for them.",
                    e);
        }
    }

    Path of(OwnerId owner) {
        return attempts.of(owner);
    }

    void discard(ReplicaId replica) {
        attempts.discard(replica, Pace.FREE); // of a size that the API server limits
        shares.leave(replica);
    }

    void discardAllBut(Supplier<Set<ReplicaId>> known) {
        attempts.discardAllBut(
                () -> {
                    var replicas = known.get();
                    shares.find(replicas);
                    return replicas;
                },
                Pace.FREE);
        shares.forgetRemoved();
    }

    private static void write(Path directory, Path file, FileContent content, long group) throws IOException {
        var parents = directory.relativize(file.getParent());
        var parent = directory;
        for (var name : parents) {
            parent = parent.resolve(name.toString());
            if (!name.toString().isEmpty()) {
                Files.createDirectories(parent);
                own(parent, DIRECTORY, group, GROUP_DIRECTORY);
            }
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        if (!Arrays.equals(Files.readAllBytes(file), content.bytes())) {
            Files.write(file, content.bytes(), StandardOpenOption.TRUNCATE_EXISTING);
        }
        own(file, content.mode(), group, GROUP_FILE);
    }

    private static void own(Path path, int mode, long group, int groupBits) throws IOException {
        if (group >= 0) {
            Files.setAttribute(path, "unix:gid", (int) group, LinkOption.NOFOLLOW_LINKS);
        }
        Files.setAttribute(path, "unix:mode", group >= 0 ? mode | groupBits : mode);
    }

    /** Removes files that an earlier try of the same attempt wrote for another revision. */
    private static void removeOthers(Path directory, Volume.Files files) throws IOException {
        try (var all = Files.walk(directory)) {
            for (var path : all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                if (!files.files().containsKey(directory.relativize(path).toString())) {
                    Files.delete(path);
                }
            }
        }
    }

    /** The API server already refuses such paths; this is the last check before writing. */
    private static Path resolveInside(Path directory, String path) {
        var file = directory.resolve(path);
        if (!file.normalize().equals(file) || !file.startsWith(directory) || file.equals(directory)) {
            throw new Host.Refused("The path " + path + " leads out of its volume: name a relative file.");
        }
        return file;
    }

    /** Ensures that a directory is memory-backed, so that nothing written below it reaches a disk. */
    static final class MemoryMount {
        private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
        private static final int TIMEOUT_SECONDS = 10;
        private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
        private static final int MOUNT_POINT = 4;

        private final Path root;
        private volatile boolean checked;

        MemoryMount(Path root) {
            this.root = root;
        }

        Path root() {
            return root;
        }

        /** Mounts a tmpfs unless the directory is on one. @throws Host.Refused if none can be mounted */
        void ensure() {
            if (!checked || !Files.exists(root)) {
                makeSure();
            }
        }

        /** One call at a time, so that the tmpfs is mounted once: all callers need it. */
        private synchronized void makeSure() {
            if (checked && Files.exists(root)) {
                return;
            }
            try {
                Files.createDirectories(root);
                Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
                if (!isMemory()) {
                    mount();
                }
                checked = isMemory();
            } catch (IOException e) {
                throw refused(e.getMessage());
            }
            if (!checked) {
                throw refused("it is on a disk");
            }
        }

        private boolean isMemory() throws IOException {
            return MEMORY.contains(Files.getFileStore(root).type());
        }

        /** In a container the directory above is the host's, and what is mounted below it here is not. */
        private boolean isHosts() throws IOException {
            try (var mounts = Files.lines(MOUNTS)) {
                return isMountPoint(mounts, root.getParent());
            }
        }

        /** @param mounts lines of mountinfo, see proc(5) */
        static boolean isMountPoint(Stream<String> mounts, Path place) {
            return mounts.map(line -> line.split(" ", -1))
                    .anyMatch(columns -> columns.length > MOUNT_POINT && columns[MOUNT_POINT].equals(place.toString()));
        }

        private void mount() throws IOException {
            if (isHosts()) {
                throw new IOException("a mount of this container is not the engine's");
            }
            var mount = new ProcessBuilder(
                            "mount", "-t", "tmpfs", "-o", "nosuid,nodev,mode=0700,size=10%", "mayfly", root.toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                mount.getOutputStream().close();
                var output = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                if (!mount.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || mount.exitValue() != 0) {
                    throw new IOException(output);
                }
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new IOException("the operator is stopping", stopping);
            } finally {
                mount.destroyForcibly();
            }
        }

        private Host.Refused refused(String reason) {
            return new Host.Refused(
                    "Files of ConfigMaps and Secrets need memory at " + root + ", and none could be mounted: " + reason
                            + ". Mount a tmpfs at " + root.getParent() + " of the engine's host.");
        }
    }
}
