package dev.mayfly.host;

import com.sun.jna.LastErrorException;
import dev.mayfly.host.Host.Refused;
import java.nio.file.Path;

/**
 * Gives volumes to a group as the kubelet does for {@code fsGroup}. Each change is made through an open directory or
 * file: other containers and Pods may write to the volume at the same time, and could put a link to {@code /etc} in place
 * of a directory.
 */
final class VolumeGroup {
    private static final int SETGID = 02000;
    private static final int DIRECTORY = 0770;
    private static final int FILE = 0660;
    /** Bounds the number of open descriptors: two for each level. */
    private static final int MAX_DEPTH = 256;

    private final Path volume;
    private final int gid;
    private final Pace pace;

    private VolumeGroup(Path volume, int gid, Pace pace) {
        this.volume = volume;
        this.gid = gid;
        this.pace = pace;
    }

    /** Idempotent, also if two threads do it at the same time. @param pace called for each entry */
    static void give(Path volume, long gid, Pace pace) {
        new VolumeGroup(volume, (int) gid, pace).give();
    }

    private Refused notSeen() {
        return new Refused("fsGroup: " + volume + " is no directory that the operator can see. Run it where it can"
                + " see the engine's files, or leave fsGroup out.");
    }

    private void give() {
        try (var root = Directory.at(volume).orElseThrow(this::notSeen)) {
            if (!isGiven(root.inode())) {
                giveContent(root, 1);
                root.give(gid, DIRECTORY | SETGID); // last, so that an interrupted walk is repeated
            }
        } catch (LastErrorException e) {
            throw new Refused("fsGroup: " + volume + " can't be given to group " + gid + ": " + e.getMessage(), e);
        }
    }

    private boolean isGiven(Inode root) {
        var wanted = SETGID | DIRECTORY;
        return root.group() == gid && (root.permissions() & wanted) == wanted;
    }

    private void giveContent(Directory directory, int depth) {
        try (var names = directory.names()) {
            for (var name = names.next(); name != null; name = names.next()) {
                pace.pause();
                if (directory.lookUp(name).filter(Inode::isDirectory).isPresent()) {
                    giveDirectory(directory, name, depth);
                } else {
                    directory.give(name, gid, FILE);
                }
            }
        }
    }

    private void giveDirectory(Directory parent, byte[] name, int depth) {
        if (depth == MAX_DEPTH) {
            throw new Refused("fsGroup: " + volume + " has more than " + MAX_DEPTH
                    + " directories nested in each other. Remove the deepest ones, or leave fsGroup out.");
        }
        try (var directory = parent.directory(name).orElse(null)) {
            if (directory != null) {
                giveContent(directory, depth + 1);
                directory.give(gid, DIRECTORY | SETGID);
            }
        }
    }
}
