package dev.mayfly.operator.event;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.Degradation;
import dev.mayfly.runtime.RuntimeEvent;
import io.fabric8.kubernetes.api.model.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Reports once why a workload has other than the desired number of replicas although no replica fails at present. */
@ApplicationScoped
public class DegradedEvents {
    private final EventRecorder events;

    DegradedEvents(EventRecorder events) {
        this.events = events;
    }

    /** Compares with the previous status, so that a restart of the operator repeats no Event. */
    public void changed(OwnerId owner, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        appeared(BusyWait.REASON, before, now)
                .ifPresent(why -> events.add(new RuntimeEvent(
                        owner, BusyWait.REASON, "Scaling down to " + now.scalingDownTo(), why.getMessage(), false)));
        appeared(Degradation.GIVEN_UP, before, now)
                .filter(why -> now.failedSlots() != null)
                .ifPresent(why ->
                        events.add(new RuntimeEvent(owner, Degradation.GIVEN_UP, "Giving up", why.getMessage(), true)));
    }

    private static Optional<Condition> appeared(
            String reason, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        return find(reason, now).filter(condition -> find(reason, before).isEmpty());
    }

    private static Optional<Condition> find(String reason, EphemeralWorkloadStatus status) {
        return Conditions.of(status == null ? null : status.conditions())
                .find(Degradation.TYPE)
                .filter(condition -> condition.getReason().equals(reason));
    }
}
