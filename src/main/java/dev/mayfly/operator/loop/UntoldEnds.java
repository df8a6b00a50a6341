package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Ends of tasks' attempts that no status tells of yet: of one that nobody counts, nothing else may be left when it is written. */
final class UntoldEnds implements OwnerState {
    private final Map<String, EphemeralTaskStatus> byUid = new ConcurrentHashMap<>();

    /** They are in the status that is to be written next, whenever that may be. */
    void tell(EphemeralTask known, EphemeralTaskStatus next) {
        byUid.put(known.getMetadata().getUid(), next);
    }

    /** That status, with the ends that were to be told since. @param status null: there is none */
    EphemeralTaskStatus telling(EphemeralTask known, EphemeralTaskStatus status) {
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
