package dev.mayfly.host;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a container's writes lie, and what is below them, with the engine's overlay2 driver.
 *
 * @param upper the directory that takes the writes
 * @param lowers the image's layers, topmost first
 * @param engineMade absolute paths in the container that the engine makes where the image does not have them: where something
 *     is mounted, the working directory, and their parents
 */
public record WritableLayer(Path upper, List<Path> lowers, Set<String> engineMade) {

    /** @param made paths that the engine makes; their parents are added */
    public static WritableLayer of(Path upper, List<Path> lowers, Set<String> made) {
        return new WritableLayer(upper, lowers, withParents(made));
    }

    /** These paths and all that lies above them, but the root. */
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
