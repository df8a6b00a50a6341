package dev.mayfly.core.status;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.plan.ScaleDown;
import dev.mayfly.core.plan.ScaleDown.PendingScaleDown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Explains why there are more replicas than wanted: busy ones are waited for. */
public final class BusyWait {
    /** Reason of the condition, and of the Event. */
    public static final String REASON = "WaitingForBusyReplicas";

    private static final int NAMED = 3;

    private BusyWait() {}

    /** The scale-down that a status records; empty: none. @param status null: there is none */
    public static Optional<PendingScaleDown> pendingScaleDown(EphemeralWorkloadStatus status) {
        var waiting = status == null ? null : status.scaleDown();
        return waiting == null || waiting.replicas() == null
                ? Optional.empty()
                : Times.instant(waiting.startTime()).map(since -> new PendingScaleDown(since, waiting.replicas()));
    }

    static Optional<Failure> of(Desired desired, Observed observed) {
        var busy = ScaleDown.busy(desired, observed);
        return busy.isEmpty() ? Optional.empty() : Optional.of(new Failure(REASON, message(desired, busy)));
    }

    private static String message(Desired desired, List<Replica> busy) {
        var names = busy.stream()
                .limit(NAMED)
                .map(replica -> replica.id().replica())
                .sorted()
                .collect(Collectors.joining(", "));
        var more = busy.size() > NAMED ? " and " + (busy.size() - NAMED) + " more" : "";
        var deadline = desired.scaleDown()
                .surplusSince()
                .orElseThrow()
                .plus(desired.scaleDown().busyDeadline());
        return "There are more replicas than the %d wanted, because some are busy: %s%s will go once idle, at %s in any case."
                .formatted(desired.replicas(), names, more, deadline);
    }
}
