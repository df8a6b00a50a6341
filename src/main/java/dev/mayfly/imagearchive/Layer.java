package dev.mayfly.imagearchive;

import dev.mayfly.imagearchive.ImageArchive.ArchiveBudget;
import dev.mayfly.imagearchive.ImageArchive.UnreadableImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The effect of a layer on files with the setuid or setgid bit: it adds some and hides some of the layers below. */
final class Layer {
    private static final String ROOT = "/";

    private final ArchiveBudget budget;
    private final Set<String> setuid = new TreeSet<>();
    /** Hard links to files that this layer does not contain, by path; the value is the target. */
    private final Map<String, String> links = new HashMap<>();
    /** Files and whiteouts: they hide the same path of a layer below, and everything beneath it. */
    private final PathSet covered;
    /** Directories: they hide a file at the same path of a layer below, but not its content. */
    private final PathSet directories;
    /** Opaque directories: they hide everything beneath them in the layers below. */
    private final PathSet opaque;
    /** Symbolic links: archive entries beneath them are extracted elsewhere. */
    private final PathSet symlinks;

    Layer(ArchiveBudget budget) {
        this.budget = budget;
        covered = new PathSet(budget);
        directories = new PathSet(budget);
        opaque = new PathSet(budget);
        symlinks = new PathSet(budget);
    }

    void whiteout(String path) throws UnreadableImage {
        covered.add(path);
    }

    void opaque(String path) throws UnreadableImage {
        opaque.add(path);
    }

    void symlink(String path) throws UnreadableImage {
        file(path, false);
        symlinks.add(path);
    }

    void directory(String path) throws UnreadableImage {
        setuid.remove(path);
        links.remove(path);
        directories.add(path);
    }

    /** @param special true for a regular file with the setuid or setgid bit */
    void file(String path, boolean special) throws UnreadableImage {
        setuid.remove(path); // the later of two entries with the same path counts
        links.remove(path);
        covered.add(path);
        if (special) {
            addSetuid(leadsThroughSymlink(path) ? path + " (through a symbolic link)" : path);
        }
    }

    /** Adds a file with one of the bits whose name hides nothing. */
    void addSetuid(String path) throws UnreadableImage {
        keep(path);
        setuid.add(path);
    }

    /** Adds a hard link. Both names share an inode, so the file has the bits of both entries. */
    void link(String path, String target, boolean special) throws UnreadableImage {
        if (leadsThroughSymlink(target)) {
            throw new UnreadableImage("the hard link " + path + " names " + target
                    + " through a symbolic link, so the file it names is not known");
        }
        var here = covered.contains(target);
        file(path, special || setuid.contains(target));
        if (special && here && !setuid.contains(target)) {
            addSetuid(target);
        }
        if (!special && !here) {
            keep(path + target);
            links.put(path, target);
        }
    }

    /** Applies this layer to {@code shown}, the visible files with the bits of the layers below. */
    void cover(Set<String> shown) {
        var linked = links.entrySet().stream()
                .filter(link -> shown.contains(link.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        shown.removeIf(this::hides);
        shown.addAll(setuid);
        shown.addAll(linked);
    }

    private boolean hides(String path) {
        if (covered.contains(path) || directories.contains(path)) {
            return true;
        }
        for (var above = parent(path); !above.equals(ROOT); above = parent(above)) {
            if (covered.contains(above) ? onlyCovered(above) : opaque.contains(above)) {
                return true;
            }
        }
        return false; // overlayfs ignores an opaque mark on its root
    }

    /**
     * False if this layer has a directory there as well. A directory that follows a whiteout or a file replaces it and
     * is not opaque to overlayfs: the content beneath it in the layers below is visible (seen on Engine 20.10).
     */
    private boolean onlyCovered(String path) {
        return !directories.contains(path) && !opaque.contains(path);
    }

    /** True if the path leads through a symbolic link that precedes it in this layer's archive. */
    private boolean leadsThroughSymlink(String path) {
        for (var above = parent(path); !above.equals(ROOT); above = parent(above)) {
            if (symlinks.contains(above)) {
                return true;
            }
        }
        return false;
    }

    private static String parent(String path) {
        return path.lastIndexOf('/') <= 0 ? ROOT : path.substring(0, path.lastIndexOf('/'));
    }

    private void keep(String path) throws UnreadableImage {
        budget.takeName(path);
    }
}
