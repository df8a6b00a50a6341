package dev.mayfly.host;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A container's writable layer and the layers below it, as the overlay2 driver stores them.
 *
 * @param upper the directory that receives the writes
 * @param lowers the image's layers, topmost first
 * @param engineMade absolute paths in the container that the engine creates if the image lacks them: mount points, the
 *     working directory, and their parents
 */
public record WritableLayer(Path upper, List<Path> lowers, Set<String> engineMade) {

    /** @param made paths that the engine creates; their parents are added */
    public static WritableLayer of(Path upper, List<Path> lowers, Set<String> made) {
        return new WritableLayer(upper, lowers, withParents(made));
    }

    /** The paths and all their parents except the root. */
    public static Set<String> withParents(Set<String> paths) {
        var all = new HashSet<String>();
        for (var path : paths) {
            for (var end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
                all.add(path.substring(0, end));
            }
        }
        return Set.copyOf(all);
    }
}
