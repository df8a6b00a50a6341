package dev.mayfly.status;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import java.util.Optional;

/**
 * The findings in the last status, on which the next one builds.
 *
 * @param revision revision of these findings; empty: all revisions, as a task's template never changes
 * @param ephemerality null: no findings
 */
record Told(Optional<String> revision, EphemeralityStatus ephemerality, Conditions conditions) {

    static Told of(EphemeralWorkloadStatus status) {
        return new Told(
                Optional.of(RolloutMemory.running(status)), status.ephemerality(), Conditions.of(status.conditions()));
    }

    static Told of(EphemeralTaskStatus status) {
        return new Told(Optional.empty(), status.ephemerality(), Conditions.of(status.conditions()));
    }

    /** True if findings of one revision also count for the other. */
    boolean countsFor(String one, String other) {
        return revision.isEmpty() || one.equals(other);
    }

    /** True if these findings count for the revision. */
    boolean covers(String wanted) {
        return countsFor(revision.orElse(wanted), wanted);
    }
}
