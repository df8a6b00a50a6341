package dev.mayfly.host;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Volume;
import dev.mayfly.fair.FairSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The shares that namespaces have of the file system in memory. It may be that of {@code /run}, without which the engine
 * and the host's services can't work, so the replicas of all together leave some of it free.
 */
final class MemoryShares {
    private static final Logger LOG = Logger.getLogger(MemoryShares.class);

    private static final int KIBIBYTE = 1024;
    private static final int PAGE = 4 * KIBIBYTE;
    /** One in so many bytes stays free. */
    private static final int FREE_PARTS = 10;
    /** The files and directories that a file system has room for, if it is the {@code /run} of systemd. */
    private static final int MAX_INODES = 800_000;

    private static final String ADVICE =
            " Use fewer replicas or smaller ConfigMaps and Secrets, or have that file system enlarged.";

    private final Path root;
    private final AttemptDirectories attempts;
    private final FairSpace space = new FairSpace();

    /** @param root the file system, or a directory on it that may not exist yet */
    MemoryShares(Path root, AttemptDirectories attempts) {
        this.root = root;
        this.attempts = attempts;
    }

    /**
     * Takes memory for a volume whose directory exists, in place of what the replica has for that volume.
     *
     * @throws Host.Refused if there is not enough, or the share of the replica's namespace is used up
     */
    void take(ReplicaId replica, String volume, Volume.Files files) throws IOException {
        var memory = Files.getFileStore(root);
        var total = memory.getTotalSpace();
        if (total == 0) {
            return; // a ramfs, which has no size
        }
        var bytes = bytes(files, inode(total));
        if (memory.getUsableSpace() - bytes < total / FREE_PARTS) {
            throw refused(volume, bytes, "only a tenth of the memory at " + root + " is left, which stays free.");
        }
        if (!space.take(replica, volume, bytes, total)) {
            var namespace = replica.owner().namespace();
            throw refused(
                    volume,
                    bytes,
                    "namespace " + namespace + " has used up its half of the memory at " + root + ", "
                            + kibibytes(total / 2) + ".");
        }
    }

    private static Host.Refused refused(String volume, long bytes, String why) {
        return new Host.Refused("Files of volume " + volume + " need " + kibibytes(bytes) + ", and " + why + ADVICE);
    }

    private static String kibibytes(long bytes) {
        return Math.ceilDiv(bytes, KIBIBYTE) + " KiB";
    }

    /** Gives back the memory of a replica whose files are removed. */
    void leave(ReplicaId replica) {
        space.leave(replica);
    }

    /** Gives back the memory of replicas whose files were removed without {@link #leave}. */
    void forgetRemoved() {
        space.holders().stream()
                .filter(replica -> !Files.exists(attempts.of(replica)))
                .forEach(space::leave);
    }

    /** Counts the files of these replicas that an earlier operator wrote. */
    void find(Set<ReplicaId> replicas) {
        var counted = space.holders();
        replicas.stream().filter(replica -> !counted.contains(replica)).forEach(this::find);
    }

    private void find(ReplicaId replica) {
        var bytes = new HashMap<String, Long>();
        try (var volumes = Files.newDirectoryStream(attempts.of(replica))) {
            for (var volume : volumes) {
                bytes.put(volume.getFileName().toString(), bytes(volume));
            }
            space.find(replica, bytes);
        } catch (NoSuchFileException none) {
            // it has no files, or they are being removed
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            LOG.warnf("%s can't be measured: %s", attempts.of(replica), e.getMessage());
        }
    }

    /** The size that files count that are to be written: directories that they share count as often as they share them. */
    private static long bytes(Volume.Files files, long inode) {
        return files.files().entrySet().stream()
                .mapToLong(file -> inode * Path.of(file.getKey()).getNameCount()
                        + pages(file.getValue().view().remaining()))
                .sum();
    }

    private long bytes(Path volume) throws IOException {
        var inode = inode(Files.getFileStore(root).getTotalSpace());
        try (var all = Files.walk(volume)) {
            return all.skip(1) // the directory of the volume
                    .mapToLong(
                            path -> inode + (isFile(path) ? pages(path.toFile().length()) : 0))
                    .sum();
        }
    }

    private static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** The bytes that a file or directory counts without its content, so that inodes can't be used up before bytes are. */
    private static long inode(long total) {
        return Math.max(PAGE, total / MAX_INODES);
    }

    private static long pages(long bytes) {
        return Math.ceilDiv(bytes, PAGE) * PAGE;
    }
}
