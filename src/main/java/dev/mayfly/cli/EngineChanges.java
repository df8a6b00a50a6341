package dev.mayfly.cli;

import com.github.dockerjava.api.model.ChangeLog;
import dev.mayfly.cli.Written.Change;
import dev.mayfly.model.Finding.Kind;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The result of {@code docker diff} without directories that are listed only because of their content. */
final class EngineChanges {
    private EngineChanges() {}

    /**
     * @param mounts mount points of the container, whose directories the engine creates
     * @return changes sorted by path
     */
    static List<Change> of(List<ChangeLog> changes, Collection<String> mounts) {
        var paths = new TreeSet<>(mounts);
        changes.forEach(change -> paths.add(change.getPath()));
        return changes.stream()
                .filter(change -> !mounts.contains(change.getPath()) && !leadsTo(change.getPath(), paths))
                .map(change -> new Change(Printable.of(change.getPath()), kind(change)))
                .sorted(Comparator.comparing(Change::path))
                .toList();
    }

    private static boolean leadsTo(String directory, TreeSet<String> paths) {
        var next = paths.higher(directory + "/");
        return next != null && next.startsWith(directory + "/");
    }

    private static Kind kind(ChangeLog change) {
        return switch (change.getKind()) {
            case 0 -> Kind.Changed;
            case 1 -> Kind.Added;
            default -> Kind.Deleted;
        };
    }
}
