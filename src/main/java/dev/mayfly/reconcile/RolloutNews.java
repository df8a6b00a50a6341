package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.model.OwnerId;
import dev.mayfly.model.OwnerState;
import dev.mayfly.runtime.Happening;
import dev.mayfly.status.Course;
import io.fabric8.kubernetes.api.model.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells once that a rollout failed, and once that it was rolled back. */
@ApplicationScoped
class RolloutNews implements OwnerState {
    private final WorkloadEvents events;
    private final Map<String, String> told = new ConcurrentHashMap<>();

    RolloutNews(WorkloadEvents events) {
        this.events = events;
    }

    /** What the status said before tells what is new, so an operator's restart repeats nothing. @param before null: none */
    void changed(OwnerId owner, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        Course.failed(before, now).ifPresent(failed -> tell(owner, now.updateRevision(), failed));
    }

    @Override
    public void forget(OwnerId owner) {
        told.remove(owner.uid());
    }

    /** A status that was not written, because the workload had changed, is found again: no news. */
    private void tell(OwnerId owner, String revision, Condition failed) {
        var what = failed.getReason() + " " + revision;
        if (!what.equals(told.put(owner.uid(), what))) {
            events.add(new Happening(owner, failed.getReason(), failed.getMessage(), "", true));
        }
    }
}
