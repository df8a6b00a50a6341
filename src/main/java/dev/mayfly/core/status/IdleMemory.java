package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import java.time.Instant;
import java.util.Optional;

/** The part of a status that remembers how long nobody has used a workload. */
public final class IdleMemory {
    private IdleMemory() {}

    /** Since when the workload is at zero; empty: it serves. @param status null: there is none */
    public static Optional<Instant> since(EphemeralWorkloadStatus status) {
        return status == null ? Optional.empty() : Times.instant(status.idleStartTime());
    }
}
