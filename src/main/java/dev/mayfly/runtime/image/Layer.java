package dev.mayfly.runtime.image;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a layer does to files with the setuid or setgid bit: it brings some, and hides some of the layers below. */
final class Layer {
    /** Characters of paths that are kept by name; no image that people use comes near. */
    private static final int MOST_CHARACTERS = 4 << 20;

    private static final String ROOT = "/";

    private final Set<String> setuid = new TreeSet<>();
    /** Hard links to files that this layer does not have, to what they name. */
    private final Map<String, String> links = new HashMap<>();
    /** Files and whiteouts: nothing shows at or beneath these paths that a layer below has there. */
    private final PathSet covered = new PathSet();
    /** Directories: a file of a layer below does not show there, what is beneath does. */
    private final PathSet directories = new PathSet();
    /** Opaque directories: nothing shows beneath them. */
    private final PathSet opaque = new PathSet();

    private int characters;

    void whiteout(String path) {
        covered.add(path);
    }

    void opaque(String path) {
        opaque.add(path);
    }

    void directory(String path) {
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
            shows(path);
        }
    }

    /** One with one of the bits, of whose name nothing else may be concluded. */
    void shows(String path) throws UnreadableImage {
        keep(path);
        setuid.add(path);
    }

    /** One more name of a file: its bits are those of both entries, because they share an inode. */
    void link(String path, String target, boolean special) throws UnreadableImage {
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
            if (covered.contains(above) || opaque.contains(above)) {
                return true;
            }
        }
        return opaque.contains(ROOT);
    }

    private static String parent(String path) {
        return path.lastIndexOf('/') <= 0 ? ROOT : path.substring(0, path.lastIndexOf('/'));
    }

    private void keep(String path) throws UnreadableImage {
        characters += path.length();
        if (characters > MOST_CHARACTERS) {
            throw new UnreadableImage("a layer has more files with the setuid or setgid bit, or hard links to files of"
                    + " other layers, than are looked at");
        }
    }
}
