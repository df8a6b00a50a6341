package dev.mayfly.host;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.google.common.util.concurrent.Striped;
import dev.mayfly.host.Host.Refused;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.Lock;

/** Gives volumes to a group as the kubelet does for {@code fsGroup}. */
final class VolumeGroup {
    private static final int MODE = 07777;
    private static final int SETGID = 02000;
    private static final int DIRECTORY = 0770;
    private static final int FILE = 0660;

    /** One lock per volume in use; see {@link Striped}. */
    private static final Striped<Lock> BY_VOLUME = Striped.lazyWeakLock(Integer.MAX_VALUE);

    private VolumeGroup() {}

    /** If several replicas start at once with one volume, the first call does the work and the others find it done. */
    static void give(Path volume, long gid, boolean content) {
        var lock = BY_VOLUME.get(volume);
        lock.lock();
        try {
            giveAlone(volume, gid, content);
        } finally {
            lock.unlock();
        }
    }

    private static void giveAlone(Path volume, long gid, boolean content) {
        try {
            if (!Files.isDirectory(volume, NOFOLLOW_LINKS)) {
                throw new Refused(
                        "fsGroup: " + volume + " is no directory that the operator can see. Run it where it can"
                                + " see the engine's files, or leave fsGroup out.");
            }
            if (isGiven(volume, gid)) {
                return;
            }
            if (content) {
                Files.walkFileTree(volume, new GroupVisitor(volume, (int) gid));
            }
            // The root comes last, so that an interrupted walk is repeated. Without content the setgid bit stays unset
            // for the same reason.
            grant(volume, (int) gid, DIRECTORY | (content ? SETGID : 0));
        } catch (IOException e) {
            throw new Refused("fsGroup: " + volume + " can't be given to group " + gid + ": " + e.getMessage(), e);
        }
    }

    private static boolean isGiven(Path volume, long gid) throws IOException {
        var wanted = SETGID | DIRECTORY;
        return ((Integer) Files.getAttribute(volume, "unix:gid", NOFOLLOW_LINKS)).longValue() == gid
                && (mode(volume) & wanted) == wanted;
    }

    private static void grant(Path path, int gid, int bits) throws IOException {
        Files.setAttribute(path, "unix:gid", gid, NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:mode", mode(path) | bits, NOFOLLOW_LINKS);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", NOFOLLOW_LINKS) & MODE;
    }

    /**
     * Changes group and mode of the content. No process writes to the volume in the meantime, so no entry is replaced.
     */
    private static final class GroupVisitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final int gid;

        private GroupVisitor(Path root, int gid) {
            this.root = root;
            this.gid = gid;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile()) {
                grant(file, gid, FILE);
            } else {
                // opening a pipe would wait for its other end
                Files.setAttribute(file, "unix:gid", gid, NOFOLLOW_LINKS);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (!directory.equals(root)) {
                grant(directory, gid, DIRECTORY | SETGID);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
