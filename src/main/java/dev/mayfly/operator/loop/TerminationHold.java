package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.status.Terminations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Dead containers whose end no status tells yet. Until one does they are its only memory that outlives us, so they are kept
 * a little longer than the history would have them; not for ever, since an API server may be gone for long.
 *
 * @param written the status as the API server last gave it back; null: there is none
 * @param endings how replicas ended
 */
record TerminationHold(EphemeralWorkloadStatus written, List<Termination> endings, Instant now) {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** True where the removal can wait, and is planned again by the next turn. */
    boolean holds(Removal removal) {
        var id = removal.id();
        return removal.cause() == Cause.HISTORY
                && endings.stream()
                        .filter(ending -> ending.attempt() == id.attempt()
                                && ending.replica().equals(id.replica()))
                        .anyMatch(this::recent)
                && Terminations.awaits(written, endings, id.replica(), id.attempt());
    }

    private boolean recent(Termination ending) {
        return now.isBefore(ending.at().plus(LONGEST));
    }
}
