package dev.mayfly.status;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.api.v1alpha1.EphemeralityStatus;
import java.util.Optional;

/**
 * What the last status says of writes, which the next one builds on.
 *
 * @param revision of which alone it speaks; empty: of all, since the template never changes
 * @param ephemerality null: it says nothing
 */
record Told(Optional<String> revision, EphemeralityStatus ephemerality, Conditions conditions) {

    static Told by(EphemeralWorkloadStatus status) {
        return new Told(
                Optional.of(RolloutMemory.running(status)), status.ephemerality(), Conditions.of(status.conditions()));
    }

    static Told by(EphemeralTaskStatus status) {
        return new Told(Optional.empty(), status.ephemerality(), Conditions.of(status.conditions()));
    }

    /** True where what is known of the one counts for the other. */
    boolean alike(String one, String other) {
        return revision.isEmpty() || one.equals(other);
    }

    /** True where it speaks of that revision. */
    boolean of(String asked) {
        return alike(revision.orElse(asked), asked);
    }
}
