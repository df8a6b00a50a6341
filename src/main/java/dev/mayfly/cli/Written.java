package dev.mayfly.cli;

import dev.mayfly.model.Finding;
import java.util.List;

/**
 * What a container wrote outside of volumes.
 *
 * @param bytes size of its writable layer
 * @param count how many files and directories were added, changed or deleted
 * @param changes the first of them, sorted by path; at most {@link #LISTED}
 * @param directories that volumes would have to cover, sorted
 * @param exact false: the engine's own, coarser comparison was used
 */
record Written(long bytes, int count, List<Change> changes, List<String> directories, boolean exact) {
    /** So that the output stays readable whatever containers write. */
    static final int LISTED = 20;

    record Change(String path, Finding.Kind kind) {}

    boolean truncated() {
        return count > changes.size();
    }
}
