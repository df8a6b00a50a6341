package dev.mayfly.operator.event;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.runtime.RuntimeEvent;
import io.fabric8.kubernetes.api.model.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reports once that a rollout failed, and once that it was rolled back. */
@ApplicationScoped
public class RolloutEvents implements OwnerState {
    private final EventRecorder events;
    private final Map<String, String> reported = new ConcurrentHashMap<>();

    RolloutEvents(EventRecorder events) {
        this.events = events;
    }

    /**
     * Compares with the previous status, so that a restart of the operator repeats no Event.
     *
     * @param before null: none
     */
    public void changed(OwnerId owner, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        RolloutState.failed(before, now).ifPresent(failed -> report(owner, now.updateRevision(), failed));
    }

    @Override
    public void forget(OwnerId owner) {
        reported.remove(owner.uid());
    }

    /**
     * If a status is not written because the workload has changed, the same failure is found again and not repeated.
     */
    private void report(OwnerId owner, String revision, Condition failed) {
        var what = failed.getReason() + " " + revision;
        if (!what.equals(reported.put(owner.uid(), what))) {
            events.add(new RuntimeEvent(owner, failed.getReason(), failed.getMessage(), "", true));
        }
    }
}
