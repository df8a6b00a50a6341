package dev.mayfly.host;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Directories of replica attempts below a root directory of the operator: {@code <root>/<owner uid>/<slot>_<attempt>}.
 */
final class AttemptDirectories {
    private static final Logger LOG = Logger.getLogger(AttemptDirectories.class);

    /** A removal may take long, and meanwhile another replica may get the slot and attempt. */
    private static final String ASIDE = "removed-";

    private static final int TRIES = 10;
    private static final Set<PosixFilePermission> ROOT_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path root;

    AttemptDirectories(Path root) {
        this.root = root;
    }

    Path of(ReplicaId replica) {
        return of(replica.owner()).resolve(replica.slot() + "_" + replica.attempt());
    }

    /** The parent directory of all attempts of a workload. It may not exist. */
    Path of(OwnerId owner) {
        return root.resolve(owner.uid());
    }

    /**
     * Removes the attempt's directory with its content. Idempotent.
     *
     * @param pace called for each file
     * @throws Host.Refused if something can't be removed
     */
    void discard(ReplicaId replica, Pace pace) {
        var directory = of(replica);
        if (!Files.exists(directory)) {
            return;
        }
        try {
            remove(directory, pace);
        } catch (IOException e) {
            throw new Host.Refused(
                    "Data of " + replica.replica() + " could not be removed from " + directory + ": " + e.getMessage(),
                    e);
        }
    }

    /**
     * @param known called after the disk was listed, so that a directory made in between does not count as unknown
     * @param pace called for each file
     */
    void discardAllBut(Supplier<Set<ReplicaId>> known, Pace pace) {
        removeEmptyOwners();
        var found = all();
        if (found.isEmpty()) {
            return;
        }
        for (var unknown : setAsideUnknown(found, known)) {
            try {
                remove(unknown, pace);
            } catch (IOException e) {
                LOG.warnf("%s belongs to no replica and can't be removed: %s", unknown, e.getMessage());
            }
        }
    }

    private synchronized List<Path> setAsideUnknown(Set<Path> found, Supplier<Set<ReplicaId>> known) {
        found.removeAll(known.get().stream().map(this::of).collect(Collectors.toSet()));
        var aside = new ArrayList<Path>();
        for (var unknown : found) {
            try {
                aside.add(setAside(unknown));
            } catch (NoSuchFileException gone) {
                // its replica's removal was faster
            } catch (IOException e) {
                LOG.warnf("%s belongs to no replica and can't be moved: %s", unknown, e.getMessage());
            }
        }
        return aside;
    }

    /**
     * Moves away what another replica of the same slot and attempt left, which {@link #discardAllBut} removes.
     *
     * @throws Host.Refused if it can't be moved
     */
    synchronized void setAside(ReplicaId replica) {
        var directory = of(replica);
        if (!Files.exists(directory)) {
            return;
        }
        try {
            setAside(directory);
        } catch (IOException e) {
            throw new Host.Refused(
                    "What an earlier replica left in " + directory + " could not be moved: " + e.getMessage(), e);
        }
    }

    private static Path setAside(Path attempt) throws IOException {
        return attempt.getFileName().toString().startsWith(ASIDE)
                ? attempt
                : Files.move(
                        attempt, attempt.resolveSibling(ASIDE + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Closes the root directory to every user but root, also one that an earlier version made. */
    private void shut() throws IOException {
        if (!Files.getPosixFilePermissions(root).equals(ROOT_ONLY)) {
            Files.setPosixFilePermissions(root, ROOT_ONLY);
        }
    }

    /** Removes workload directories that are empty because an operator was stopped between two steps. */
    private void removeEmptyOwners() {
        if (!Files.exists(root)) {
            return;
        }
        try (var owners = Files.newDirectoryStream(root)) {
            shut();
            for (var owner : owners) {
                deleteIfEmpty(owner);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warnf("%s can't be searched for empty directories: %s", root, e.getMessage());
        }
    }

    private static void deleteIfEmpty(Path owner) throws IOException {
        try {
            Files.delete(owner);
        } catch (DirectoryNotEmptyException others) {
            // other attempts still need it
        } catch (NoSuchFileException gone) {
            // another attempt was the last one in it
        }
    }

    private Set<Path> all() {
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

    /** Removes the attempt's directory, and its owner's if that is then empty. */
    private void remove(Path attempt, Pace pace) throws IOException {
        TreeRemoval.remove(attempt, pace);
        deleteIfEmpty(attempt.getParent());
    }

    /**
     * Makes a directory inside the attempt's directory. The removal of another attempt may remove the owner's directory
     * meanwhile, because it is empty then. So this tries again, and never waits for the removal of another attempt's files.
     *
     * @return the directory, which only root can reach, regardless of its own permissions
     */
    synchronized Path make(ReplicaId replica, String name) throws IOException {
        var made = PosixFilePermissions.asFileAttribute(ROOT_ONLY);
        for (var tries = 1; ; tries++) {
            try {
                Files.createDirectories(of(replica), made);
                shut();
                return Files.createDirectories(of(replica).resolve(name));
            } catch (NoSuchFileException removed) {
                if (tries == TRIES) {
                    throw removed;
                }
            }
        }
    }
}
