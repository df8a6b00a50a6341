package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.model.Desired;
import dev.mayfly.model.Ending;
import dev.mayfly.model.Observed;
import dev.mayfly.model.Removal;
import dev.mayfly.plan.Surplus;
import dev.mayfly.plan.Surplus.PendingScaleDown;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.status.Waiting;
import java.util.List;

/**
 * What a workload adds to a turn: its revisions, and the wish for fewer replicas.
 *
 * @param previous the last status, written or about to be; null: there is none
 */
record WorkloadParticulars(EphemeralWorkload workload, EphemeralWorkloadStatus previous, Revisions revisions)
        implements Particulars {

    @Override
    public Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
        var pinned = revisions.seen(workload, previous, desired, observed);
        var pending = Surplus.pendingScaleDown(pinned, observed, Waiting.pendingScaleDown(previous));
        var wanted = pinned.withSurplusSince(pending.map(PendingScaleDown::since));
        runtime.busyWatch()
                .ifPresent(busy -> busy.watchBusy(
                        wanted.owner(),
                        pending.flatMap(surplus -> wanted.scaleDown().busyProbe())));
        return wanted;
    }

    @Override
    public boolean holds(Removal removal, List<Ending> endings, Observed observed) {
        return new Unrecorded(workload.getStatus(), endings, observed.now()).holds(removal);
    }
}
