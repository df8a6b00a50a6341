package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.plan.Planner;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;

/** A workload that is being deleted: its containers go, then what it shared with others, then the finalizer. */
@ApplicationScoped
class Departures {
    /** The runtime's hints come at once; this is for one that was lost. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final SpecReader specs;
    private final Runtimes runtimes;
    private final Revisions revisions;
    private final Statuses statuses;
    private final SharedThings shared;
    private final ContentWatch contents;
    private final Claims claims;
    private final Ledgers ledgers;
    private final Receipts receipts;
    private final InstantSource clock = InstantSource.system();

    Departures(
            SpecReader specs,
            Runtimes runtimes,
            Revisions revisions,
            Statuses statuses,
            SharedThings shared,
            ContentWatch contents,
            Claims claims,
            Ledgers ledgers,
            Receipts receipts) {
        this.ledgers = ledgers;
        this.receipts = receipts;
        this.specs = specs;
        this.runtimes = runtimes;
        this.revisions = revisions;
        this.statuses = statuses;
        this.shared = shared;
        this.contents = contents;
        this.claims = claims;
    }

    DeleteControl take(EphemeralWorkload workload, Context<EphemeralWorkload> context) {
        try {
            var leaving = specs.leaving(workload);
            var runtime = runtimes.find(specs.runtime(workload)); // none: it was refused, and has nothing anywhere
            var observed = runtime.map(r -> r.observe(leaving.owner(), clock.instant()))
                    .filter(found -> !found.isEmpty());
            if (observed.isEmpty()) {
                shared.release(workload, context.getPrimaryCache());
                if (!receipts.written(workload, runtime)) {
                    return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN.toMillis());
                }
                receipts.forget(workload, runtime);
                contents.forget(workload);
                claims.forget(workload);
                revisions.forget(workload);
                statuses.forget(workload);
                return DeleteControl.defaultDelete();
            }
            var plan = Planner.plan(leaving, observed.get(), 1);
            Turns.apply(plan, runtime.get());
            ledgers.note(observed.get(), plan);
        } catch (RuntimeUnavailable unavailable) {
            statuses.tellUnknown(workload, unavailable);
        }
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN.toMillis());
    }
}
