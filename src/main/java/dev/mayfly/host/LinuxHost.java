package dev.mayfly.host;

import dev.mayfly.model.ReplicaId;
import dev.mayfly.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** A Linux machine on which the operator runs as root, beside the engine. */
public final class LinuxHost implements Host {
    private static final Logger LOG = Logger.getLogger(LinuxHost.class);

    private final Path data;

    /** @param data a directory of this operator's own, such as {@code /var/lib/mayfly/<cluster>} */
    public LinuxHost(Path data) {
        this.data = data;
    }

    @Override
    public Path hostPath(Volume.HostPath volume) {
        return HostPaths.prepare(volume);
    }

    @Override
    public synchronized Path emptyDir(ReplicaId replica, String volume) {
        var directory = directoryOf(replica).resolve(volume);
        try {
            // Parents are for root alone: nothing but the engine's bind mount leads into them.
            Files.createDirectories(
                    directoryOf(replica),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            return directory;
        } catch (IOException e) {
            throw new Refused(
                    "emptyDir " + volume + " could not be made below " + data + ": " + reason(e)
                            + ". Check that the disk is writable and not full.",
                    e);
        }
    }

    @Override
    public void discard(ReplicaId replica) {
        var directory = directoryOf(replica);
        if (!Files.exists(directory)) {
            return;
        }
        try {
            remove(directory);
        } catch (IOException e) {
            throw new Refused(
                    "Data of " + replica.replica() + " could not be removed from " + directory + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void discardAllBut(Supplier<Set<ReplicaId>> known) {
        var found = attempts();
        if (found.isEmpty()) {
            return;
        }
        found.removeAll(known.get().stream().map(this::directoryOf).collect(Collectors.toSet()));
        for (var stray : found) {
            try {
                remove(stray);
            } catch (IOException e) {
                LOG.warnf("%s belongs to no replica and can't be removed: %s", stray, e.getMessage());
            }
        }
    }

    private Set<Path> attempts() {
        var root = data.resolve("empty-dirs");
        if (!Files.exists(root)) {
            return Set.of();
        }
        try (var found = Files.find(root, 2, (path, attributes) -> path.getNameCount() == root.getNameCount() + 2)) {
            return found.collect(Collectors.toCollection(HashSet::new));
        } catch (IOException | UncheckedIOException e) {
            LOG.warnf("%s can't be searched for what replicas left: %s", root, e.getMessage());
            return Set.of();
        }
    }

    /** With its owner's directory, where it was the last in there. */
    private synchronized void remove(Path attempt) throws IOException {
        Files.walkFileTree(attempt, new Deleting());
        try {
            Files.delete(attempt.getParent());
        } catch (DirectoryNotEmptyException others) {
            // they still need it
        }
    }

    /** Without the path, which differs from replica to replica. */
    private static String reason(IOException failed) {
        return failed instanceof FileSystemException f && f.getReason() != null ? f.getReason() : failed.toString();
    }

    private Path directoryOf(ReplicaId replica) {
        return data.resolve("empty-dirs")
                .resolve(replica.owner().uid())
                .resolve(replica.slot() + "_" + replica.attempt());
    }

    /** Never follows a link: a replica may have left one that points anywhere. */
    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
