package dev.mayfly.operator.loop;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.core.model.OwnerState;
import dev.mayfly.core.plan.Planner;
import dev.mayfly.operator.claim.Claims;
import dev.mayfly.operator.cleanup.DeletionRecords;
import dev.mayfly.operator.cleanup.SharedResources;
import dev.mayfly.operator.cleanup.WorkloadTotalsJournal;
import dev.mayfly.operator.spec.SpecReader;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
    private final List<OwnerState> states;
    private final InstantSource clock = InstantSource.system();

    Cleanup(
            SpecReader specs,
            Runtimes runtimes,
            SharedResources shared,
            Claims claims,
            WorkloadTotalsJournal totals,
            DeletionRecords records,
            @All List<OwnerState> states) {
        this.specs = specs;
        this.runtimes = runtimes;
        this.shared = shared;
        this.claims = claims;
        this.totals = totals;
        this.records = records;
        this.states = states;
    }

    /** @param unknown called if the engine did not answer, so that nothing is removed yet */
    DeleteControl run(Templated workload, Consumer<RuntimeUnavailable> unknown) {
        try {
            var leaving = specs.leaving(workload);
            var runtime = runtimes.find(
                    specs.runtime(workload)); // empty: the spec was refused, and the workload has no containers
            var observed = runtime.map(r -> r.observe(leaving.owner(), clock.instant()))
                    .filter(found -> !found.isEmpty());
            if (observed.isEmpty()) {
                shared.release(workload);
                if (!records.write(workload, runtime)) {
                    return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
                }
                claims.release(workload);
                states.forEach(state -> state.forget(leaving.owner()));
                return DeleteControl.defaultDelete();
            }
            runtime.get().busyWatch().ifPresent(busy -> busy.watchBusy(leaving.owner(), Optional.empty()));
            var plan = Planner.plan(leaving, observed.get(), 1);
            ReconcileLoop.apply(plan, runtime.get());
            totals.note(observed.get(), plan);
        } catch (RuntimeUnavailable unavailable) {
            unknown.accept(unavailable);
        }
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
    }
}
