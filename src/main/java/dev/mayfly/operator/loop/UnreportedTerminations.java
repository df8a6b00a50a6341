package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Terminations of tasks' attempts that no status reports yet. Attempts that are not counted may have left no other
 * trace by the time the status is written.
 */
final class UnreportedTerminations implements OwnerState {
    private final Map<String, EphemeralTaskStatus> byUid = new ConcurrentHashMap<>();

    /** Remembers the status that contains them, until one is written. */
    void remember(EphemeralTask known, EphemeralTaskStatus next) {
        byUid.put(known.getMetadata().getUid(), next);
    }

    /**
     * Adds the remembered terminations to the status.
     *
     * @param status null: there is none
     */
    EphemeralTaskStatus addTo(EphemeralTask known, EphemeralTaskStatus status) {
        var next = byUid.get(known.getMetadata().getUid());
        if (next == null || next.results() == null) {
            return status;
        }
        return status == null
                ? EphemeralTaskStatusBuilder.builder().results(next.results()).build()
                : status.withResults(next.results());
    }

    @Override
    public void forget(OwnerId owner) {
        byUid.remove(owner.uid());
    }
}
