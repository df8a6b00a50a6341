package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.status.Terminations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Keeps dead containers whose termination no status reports yet. Until then they are the only record that survives a
 * restart of the operator, so they are kept a little longer than the history limit; not forever, since the API server
 * may be unavailable for long.
 *
 * @param written the status as last read from the API server; null: there is none
 * @param terminations terminations of replicas
 */
record TerminationHold(EphemeralWorkloadStatus written, List<Termination> terminations, Instant now) {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** True if the removal can wait; the next reconciliation plans it again. */
    boolean holds(Removal removal) {
        var id = removal.id();
        return removal.cause() == Cause.HISTORY
                && terminations.stream()
                        .filter(termination -> termination.attempt() == id.attempt()
                                && termination.replica().equals(id.replica()))
                        .anyMatch(this::recent)
                && Terminations.awaits(written, terminations, id.replica(), id.attempt());
    }

    private boolean recent(Termination termination) {
        return now.isBefore(termination.at().plus(LONGEST));
    }
}
