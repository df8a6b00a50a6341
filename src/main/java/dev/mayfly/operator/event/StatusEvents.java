package dev.mayfly.operator.event;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.core.status.CompliantCondition;
import dev.mayfly.core.status.Conditions;
import dev.mayfly.core.status.Degradation;
import dev.mayfly.core.status.IdleMemory;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.core.status.TaskMemory;
import dev.mayfly.runtime.RuntimeEvent;
import io.fabric8.kubernetes.api.model.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reports each change of a status once. The status is compared with the previous one, so that a restart of the operator
 * repeats no Event.
 */
@ApplicationScoped
public class StatusEvents implements OwnerState {
    private final EventRecorder events;
    /** By UID, the last rollout that was reported as failed. */
    private final Map<String, String> failedRollouts = new ConcurrentHashMap<>();

    public StatusEvents(EventRecorder events) {
        this.events = events;
    }

    /** @param before null: there was none */
    public void changed(OwnerId owner, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        degraded(owner, before, now);
        violated(owner, conditions(before), now.conditions());
        shareExceeded(owner, conditions(before), now.conditions());
        scaledToZero(owner, before, now);
        var revision =
                now.rollout() == null ? now.updateRevision() : now.rollout().revision();
        RolloutState.failed(before, now).ifPresent(failed -> rolloutFailed(owner, revision, failed));
    }

    /** @param before null: there was none */
    public void changed(OwnerId owner, EphemeralTaskStatus before, EphemeralTaskStatus now) {
        var known = before == null ? null : before.conditions();
        violated(owner, known, now.conditions());
        shareExceeded(owner, known, now.conditions());
        if (TaskMemory.counts(before).verdict().isEmpty()) {
            TaskMemory.counts(now)
                    .verdict()
                    .ifPresent(end -> events.add(new RuntimeEvent(
                            owner,
                            end.complete() ? "Completed" : end.reason(),
                            owner.name(),
                            end.message(),
                            !end.complete())));
        }
    }

    @Override
    public void forget(OwnerId owner) {
        failedRollouts.remove(owner.uid());
    }

    /** Why a workload has other than the desired number of replicas although no replica fails at present. */
    private void degraded(OwnerId owner, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        var known = conditions(before);
        appeared(BusyWait.REASON, known, now.conditions())
                .ifPresent(why -> events.add(new RuntimeEvent(
                        owner,
                        BusyWait.REASON,
                        "Scaling down to " + now.scaleDown().replicas(),
                        why,
                        false)));
        appeared(Degradation.ABANDONED, known, now.conditions())
                .filter(why -> now.failedSlots() != null)
                .ifPresent(why -> events.add(new RuntimeEvent(owner, Degradation.ABANDONED, why, "", true)));
    }

    private void scaledToZero(OwnerId owner, EphemeralWorkloadStatus before, EphemeralWorkloadStatus now) {
        var was = IdleMemory.since(before).isPresent();
        var is = IdleMemory.since(now).isPresent();
        if (was != is) {
            events.add(new RuntimeEvent(
                    owner,
                    is ? "ScaledToZero" : "ScaledFromZero",
                    owner.name(),
                    is ? "No client connected to its Service for spec.scaleToZero.idleSeconds" : "",
                    false));
        }
    }

    private void shareExceeded(OwnerId owner, List<Condition> before, List<Condition> now) {
        appeared(Failure.SHARE_EXCEEDED, before, now)
                .ifPresent(why -> events.add(new RuntimeEvent(owner, Failure.SHARE_EXCEEDED, why, "", true)));
    }

    private static List<Condition> conditions(EphemeralWorkloadStatus status) {
        return status == null ? null : status.conditions();
    }

    private static Optional<String> appeared(String reason, List<Condition> before, List<Condition> now) {
        return Degradation.message(now, reason)
                .filter(message -> Degradation.message(before, reason).isEmpty());
    }

    /** An image of the owner violates a rule. */
    private void violated(OwnerId owner, List<Condition> before, List<Condition> now) {
        violations(now)
                .filter(message -> !violations(before).equals(Optional.of(message)))
                .ifPresent(message -> events.add(new RuntimeEvent(
                        owner, Failure.NOT_COMPLIANT, "An image of " + owner.name() + " breaks rules", message, true)));
    }

    private static Optional<String> violations(List<Condition> conditions) {
        return Conditions.of(conditions)
                .find(CompliantCondition.TYPE)
                .filter(condition -> condition.getReason().equals(CompliantCondition.VIOLATIONS))
                .map(Condition::getMessage);
    }

    /**
     * A rollout failed, or was rolled back. If a status is not written because the workload has changed, the same failure
     * is found again and not repeated.
     */
    private void rolloutFailed(OwnerId owner, String revision, Condition failed) {
        var what = failed.getReason() + " " + revision;
        if (!what.equals(failedRollouts.put(owner.uid(), what))) {
            events.add(new RuntimeEvent(owner, failed.getReason(), failed.getMessage(), "", true));
        }
    }
}
