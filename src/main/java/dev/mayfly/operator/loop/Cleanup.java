package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.operator.claim.Claims;
import dev.mayfly.operator.cleanup.DeletionRecords;
import dev.mayfly.operator.cleanup.OwnerStates;
import dev.mayfly.operator.cleanup.SharedResources;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.cluster.Owners;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.LogFields;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cleans up a workload that is being deleted: removes its containers, then the resources that it shared with others,
 * then the finalizer.
 */
@ApplicationScoped
class Cleanup {
    /** The runtime's hints arrive at once; this interval covers a lost one. */
    private static final Duration RECHECK = Duration.ofSeconds(5);

    private final SpecReader specs;
    private final Runtimes runtimes;
    private final SharedResources shared;
    private final Claims claims;
    private final WorkloadTotalsJournal totals;
    private final DeletionRecords records;
    private final OwnerStates states;
    private final PodMirroring mirrors;
    private final InstantSource clock = SteadyClock.system();

    Cleanup(
            SpecReader specs,
            Runtimes runtimes,
            SharedResources shared,
            Claims claims,
            WorkloadTotalsJournal totals,
            DeletionRecords records,
            OwnerStates states,
            PodMirroring mirrors) {
        this.mirrors = mirrors;
        this.specs = specs;
        this.runtimes = runtimes;
        this.shared = shared;
        this.claims = claims;
        this.totals = totals;
        this.records = records;
        this.states = states;
    }

    /**
     * Removes the finalizer itself, and never answers that it may be removed. Java Operator SDK 5.3.2 would remove it
     * too, but then mark the <em>name</em> as dealt with: if a resource of the same name has been created by then, the
     * mark is set on that one, which is never reconciled and, once deleted, never goes ({@code RecreatedWorkloadTest};
     * 5.5.1 reads the same in {@code EventProcessor.eventProcessingFinished}). The recheck covers that one too, whose
     * own timers the end of this cleanup cancels.
     *
     * @param unknown called if the engine did not answer, so that nothing is removed yet
     */
    DeleteControl run(Templated workload, Context<? extends Templated> context, Consumer<RuntimeUnavailable> unknown) {
        try (var fields = LogFields.of(Owners.of(workload))) {
            return clean(workload, context, unknown);
        }
    }

    private DeleteControl clean(
            Templated workload, Context<? extends Templated> context, Consumer<RuntimeUnavailable> unknown) {
        try {
            var leaving = specs.leaving(workload);
            var runtime =
                    runtimes.of(specs.runtimes(workload)); // empty: the spec was refused, and nothing was ever started
            var observed = runtime.map(r -> r.observe(leaving.owner(), clock.instant()))
                    .filter(found -> !found.isEmpty());
            if (observed.isEmpty()) {
                shared.release(workload);
                var again = records.write(workload, runtime);
                if (again.isPresent()) {
                    return recheck(again.get());
                }
                claims.release(workload);
                states.drop(leaving.owner());
                FinalizerRemoval.remove(
                        context.getClient(),
                        workload,
                        context.getControllerConfiguration().getFinalizerName());
                return recheck(RECHECK);
            }
            mirrors.reconciled(workload, leaving, observed.get(), runtime.get());
            runtime.get().busyWatch().ifPresent(busy -> busy.watchBusy(leaving.owner(), Optional.empty()));
            var plan = Planner.plan(leaving, observed.get(), 1);
            ReconcileLoop.apply(plan, runtime.get());
            totals.note(observed.get(), plan);
        } catch (RuntimeUnavailable unavailable) {
            unknown.accept(unavailable);
        }
        return recheck(RECHECK);
    }

    private static DeleteControl recheck(Duration after) {
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(after.toMillis());
    }

    /** The runtimes' memories of owners: writes, terminations of replicas, credentials, busy probes. */
    @ApplicationScoped
    static class RuntimeMemories implements OwnerState {
        private final Runtimes runtimes;

        RuntimeMemories(Runtimes runtimes) {
            this.runtimes = runtimes;
        }

        @Override
        public void forget(OwnerId owner) {
            runtimes.with(ContainerRuntime::writeAudit).forEach(audit -> audit.forget(owner));
            runtimes.with(ContainerRuntime::terminations).forEach(terminations -> terminations.forget(owner));
            runtimes.with(ContainerRuntime::imageEngine)
                    .forEach(engine -> engine.pulls().forget(owner));
            runtimes.with(ContainerRuntime::busyWatch).forEach(watch -> watch.watchBusy(owner, Optional.empty()));
        }
    }
}
