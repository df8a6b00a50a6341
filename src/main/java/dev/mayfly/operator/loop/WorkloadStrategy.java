package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.plan.ScaleDown;
import dev.mayfly.core.plan.ScaleDown.PendingScaleDown;
import dev.mayfly.core.status.BusyWait;
import dev.mayfly.operator.revision.Revisions;
import dev.mayfly.runtime.ContainerRuntime;
import java.util.List;

/**
 * The workload's part of a reconciliation: revisions and scaling down.
 *
 * @param previous the last status, written or being written; null: there is none
 */
record WorkloadStrategy(EphemeralWorkload workload, EphemeralWorkloadStatus previous, Revisions revisions)
        implements KindStrategy {

    @Override
    public Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
        var pinned = revisions.seen(workload, previous, desired, observed);
        var pending = ScaleDown.pendingScaleDown(pinned, observed, BusyWait.pendingScaleDown(previous));
        var wanted =
                pinned.withScaleDown(scaleDown -> scaleDown.withSurplusSince(pending.map(PendingScaleDown::since)));
        runtime.busyWatch()
                .ifPresent(busy -> busy.watchBusy(
                        wanted.owner(),
                        pending.flatMap(surplus -> wanted.scaleDown().busyProbe())));
        return wanted;
    }

    @Override
    public boolean holds(Removal removal, List<Termination> terminations, Observed observed) {
        return new TerminationHold(workload.getStatus(), terminations, observed.now()).holds(removal);
    }
}
