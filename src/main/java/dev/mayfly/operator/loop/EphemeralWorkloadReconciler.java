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
import dev.mayfly.core.status.IdleMemory;
import dev.mayfly.core.status.RolloutState;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.claim.Claims;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.cluster.ResourceCaches;
import dev.mayfly.operator.loop.ReconcileLoop.KindStrategy;
import dev.mayfly.operator.loop.Statuses.TerminationHold;
import dev.mayfly.operator.revision.Revisions;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.RuntimeUnavailable;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** Keeps N replicas of a template running: observe, plan, apply, report. */
@ControllerConfiguration(name = "ephemeralworkload", informer = @Informer(informerListLimit = ResourceCaches.PAGE))
public class EphemeralWorkloadReconciler implements Reconciler<EphemeralWorkload>, Cleaner<EphemeralWorkload> {
    private final DesiredReader reader;
    private final Revisions revisions;
    private final Claims claims;
    private final ReconcileLoop loop;
    private final Statuses statuses;
    private final Cleanup cleanup;
    private final ResourceCaches resources;
    private final Activation activation;
    private final InstantSource clock = SteadyClock.system();

    EphemeralWorkloadReconciler(
            DesiredReader reader,
            Revisions revisions,
            Claims claims,
            ReconcileLoop loop,
            Statuses statuses,
            Cleanup cleanup,
            ResourceCaches resources,
            Activation activation) {
        this.activation = activation;
        this.reader = reader;
        this.revisions = revisions;
        this.claims = claims;
        this.loop = loop;
        this.statuses = statuses;
        this.cleanup = cleanup;
        this.resources = resources;
    }

    @Override
    public List<EventSource<?, EphemeralWorkload>> prepareEventSources(EventSourceContext<EphemeralWorkload> context) {
        return List.of(resources.of(context));
    }

    @Override
    public UpdateControl<EphemeralWorkload> reconcile(EphemeralWorkload workload, Context<EphemeralWorkload> context) {
        return loop.withinBudget(Owners.of(workload), () -> reconcile(workload));
    }

    private UpdateControl<EphemeralWorkload> reconcile(EphemeralWorkload workload) {
        var read = reader.honor(workload);
        var runtime = reader.runtimes(workload);
        if (!loop.canReconcile(runtime)) { // its spec was refused for that
            return statuses.unknown(
                    workload, read.desired().rollout().refused().orElseThrow().why());
        }
        try {
            var complete = revisions.complete(workload, read.desired(), read.content());
            var status = workload.getStatus();
            var mounts = claims.find(complete, Set.copyOf(RolloutState.standIns(status)), runtime);
            var desired = RolloutState.of(status, mounts.admit(complete), clock.instant());
            var strategy = new WorkloadStrategy(workload, statuses.previous(workload), revisions, activation);
            var reconciliation = loop.reconcile(mounts.mount(desired), runtime, strategy);
            return statuses.report(workload, reconciliation);
        } catch (RuntimeUnavailable unavailable) {
            return statuses.unreachable(workload, unavailable);
        }
    }

    @Override
    public DeleteControl cleanup(EphemeralWorkload workload, Context<EphemeralWorkload> context) {
        return loop.cleanUp(
                Owners.of(workload),
                () -> cleanup.run(workload, context, unavailable -> statuses.unreachable(workload, unavailable)));
    }

    /**
     * The workload's part of a reconciliation: revisions and scaling down.
     *
     * @param previous the last status, written or being written; null: there is none
     */
    record WorkloadStrategy(
            EphemeralWorkload workload, EphemeralWorkloadStatus previous, Revisions revisions, Activation activation)
            implements KindStrategy {

        @Override
        public Desired prepare(ContainerRuntime runtime, Desired desired, Observed observed) {
            var pinned = scaled(revisions.seen(workload, previous, desired, observed), observed);
            var pending = ScaleDown.pendingScaleDown(pinned, observed, BusyWait.pendingScaleDown(previous));
            var wanted =
                    pinned.withScaleDown(scaleDown -> scaleDown.withSurplusSince(pending.map(PendingScaleDown::since)));
            runtime.busyWatch()
                    .ifPresent(busy -> busy.watchBusy(
                            wanted.owner(),
                            pending.flatMap(surplus -> wanted.scaleDown().busyProbe())));
            return wanted;
        }

        /** At zero while nobody uses it. */
        private Desired scaled(Desired desired, Observed observed) {
            var known = desired.toZero()
                    .map(zero -> desired.withToZero(zero.withSince(IdleMemory.since(previous))))
                    .orElse(desired);
            return activation.scaled(workload, known, observed);
        }

        @Override
        public boolean holds(Removal removal, List<Termination> terminations, Observed observed) {
            return new TerminationHold(workload.getStatus(), terminations, observed.now()).holds(removal);
        }
    }
}
