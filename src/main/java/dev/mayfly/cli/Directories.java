package dev.mayfly.cli;

import dev.mayfly.cli.Written.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The directories that volumes would have to cover. */
final class Directories {
    private Directories() {}

    static List<String> of(List<Change> changes) {
        var parents = new TreeSet<String>();
        changes.forEach(change ->
                parents.add(change.path().substring(0, Math.max(1, change.path().lastIndexOf('/')))));
        var outer = new ArrayList<String>();
        for (var parent : parents) {
            if (outer.stream().noneMatch(o -> parent.startsWith(o + "/"))) {
                outer.add(parent);
            }
        }
        return outer;
    }
}
