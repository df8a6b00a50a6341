package dev.mayfly.cli;

import dev.mayfly.model.AuditReport;
import dev.mayfly.model.Finding;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a container wrote outside of volumes.
 *
 * @param bytes size of its writable layer
 * @param count how many files and directories were added, changed or deleted; looking ends at 10,000
 * @param changes some of them, sorted by path; at most {@link AuditReport#LISTED}
 * @param directories that volumes would have to be mounted at, sorted; at most ten. Nothing covers single files among the
 *     system's own, such as in {@code /etc}
 * @param exact false: the engine's own, coarser comparison was used
 */
record Written(long bytes, int count, List<Change> changes, List<String> directories, boolean exact) {
    record Change(String path, Finding.Kind kind) {}

    /** The directories, and what lies in none of them. */
    List<String> places() {
        var elsewhere = changes.stream()
                .map(Change::path)
                .filter(path -> directories.stream().noneMatch(d -> path.equals(d) || path.startsWith(d + "/")));
        return Stream.concat(directories.stream(), elsewhere).toList();
    }

    boolean truncated() {
        return count > changes.size();
    }
}
