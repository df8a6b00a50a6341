package dev.mayfly.runtime.image;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a layer does to files with the setuid or setgid bit: it brings some, and hides some of the layers below. */
final class Layer {
    private static final String ROOT = "/";

    private final LookBudget budget;
    private final Set<String> setuid = new TreeSet<>();
    /** Hard links to files that this layer does not have, to what they name. */
    private final Map<String, String> links = new HashMap<>();
    /** Files and whiteouts: nothing shows at or beneath these paths that a layer below has there. */
    private final PathSet covered;
    /** Directories: a file of a layer below does not show there, what is beneath does. */
    private final PathSet directories;
    /** Opaque directories: nothing shows beneath them. */
    private final PathSet opaque;
    /** Symbolic links: what the archive has beneath them is somewhere else. */
    private final PathSet symlinks;

    Layer(LookBudget budget) {
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

    /** @param special true: a regular file with one of the bits */
    void file(String path, boolean special) throws UnreadableImage {
        setuid.remove(path); // an archive may have a path twice: the later entry counts
        links.remove(path);
        covered.add(path);
        if (special) {
            shows(lies(path) ? path + " (through a symbolic link)" : path);
        }
    }

    /** One with one of the bits, of whose name nothing else may be concluded. */
    void shows(String path) throws UnreadableImage {
        keep(path);
        setuid.add(path);
    }

    /** One more name of a file: its bits are those of both entries, because they share an inode. */
    void link(String path, String target, boolean special) throws UnreadableImage {
        if (lies(target)) {
            throw new UnreadableImage("the hard link " + path + " names " + target
                    + " through a symbolic link, so it can't be told which file it is");
        }
        var here = covered.contains(target);
        file(path, special || setuid.contains(target));
        if (special && here && !setuid.contains(target)) {
            shows(target);
        }
        if (!special && !here) {
            keep(path + target);
            links.put(path, target);
        }
    }

    /** Leaves in {@code shown}, the files with the bits that the layers below show, those that show with this one on top. */
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
        return false; // an overlay heeds no opaque mark of its root
    }

    /**
     * False where this layer has a directory there as well. A later one takes the place of a whiteout or a file, and is a plain one
     * to an overlay: what the layers below have beneath shows (seen on Engine 20.10).
     */
    private boolean onlyCovered(String path) {
        return !directories.contains(path) && !opaque.contains(path);
    }

    /** True where the path leads through a symbolic link that stood before it in this layer's archive. */
    private boolean lies(String path) {
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
