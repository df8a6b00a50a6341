package dev.mayfly.cli.scan;

import dev.mayfly.core.audit.AuditReport;
import dev.mayfly.core.audit.Finding;
import java.util.List;
import java.util.stream.Stream;

/**
 * The writes of one container outside of volumes.
 *
 * @param bytes size of its writable layer
 * @param count number of files and directories added, changed or deleted; a scan stops at 10,000
 * @param changes some of them, sorted by path; at most {@link AuditReport#LISTED}
 * @param directories at most ten directories at which volumes should be mounted, sorted. None is suggested for single
 *     files in system directories such as {@code /etc}
 * @param exact false if the engine's less exact comparison was used
 */
record Written(long bytes, int count, List<Change> changes, List<String> directories, boolean exact) {
    record Change(String path, Finding.Kind kind) {}

    /** The directories, and the paths outside of all of them. */
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
