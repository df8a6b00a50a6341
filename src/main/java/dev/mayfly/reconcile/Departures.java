package dev.mayfly.reconcile;

import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.plan.Planner;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.Runtimes;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** A workload that is being deleted: its containers go, then what it shared with others, then the finalizer. */
@ApplicationScoped
class Departures {
    /** The runtime's hints come at once; this is for one that was lost. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final SpecReader specs;
    private final Runtimes runtimes;
    private final SharedThings shared;
    private final ContentWatch contents;
    private final PullSecrets pullSecrets;
    private final Claims claims;
    private final Ledgers ledgers;
    private final Receipts receipts;
    private final Compliances compliances;
    private final Arrivals arrivals;
    private final InstantSource clock = InstantSource.system();

    Departures(
            SpecReader specs,
            Runtimes runtimes,
            SharedThings shared,
            ContentWatch contents,
            PullSecrets pullSecrets,
            Claims claims,
            Ledgers ledgers,
            Receipts receipts,
            Compliances compliances,
            Arrivals arrivals) {
        this.compliances = compliances;
        this.arrivals = arrivals;
        this.ledgers = ledgers;
        this.receipts = receipts;
        this.specs = specs;
        this.runtimes = runtimes;
        this.shared = shared;
        this.contents = contents;
        this.pullSecrets = pullSecrets;
        this.claims = claims;
    }

    /** What a kind does when one of its resources goes. */
    interface Farewell {
        /** What runs is not known, so nothing goes yet. */
        void unknown(RuntimeUnavailable unavailable);

        /** Nothing is left of it. */
        void forget();
    }

    /** @param farewell what is the kind's own */
    DeleteControl take(Templated workload, Farewell farewell) {
        try {
            var leaving = specs.leaving(workload);
            var runtime = runtimes.find(specs.runtime(workload)); // none: it was refused, and has nothing anywhere
            var observed = runtime.map(r -> r.observe(leaving.owner(), clock.instant()))
                    .filter(found -> !found.isEmpty());
            if (observed.isEmpty()) {
                shared.release(workload);
                if (!receipts.written(workload, runtime)) {
                    return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN.toMillis());
                }
                receipts.forget(workload, runtime);
                contents.forget(workload);
                pullSecrets.forget(workload, specs.runtime(workload));
                claims.forget(workload);
                compliances.forget(leaving.owner());
                arrivals.forget(leaving.owner());
                farewell.forget();
                return DeleteControl.defaultDelete();
            }
            runtime.get().busyWatch().ifPresent(busy -> busy.watchBusy(leaving.owner(), Optional.empty()));
            var plan = Planner.plan(leaving, observed.get(), 1);
            Turns.apply(plan, runtime.get());
            ledgers.note(observed.get(), plan);
        } catch (RuntimeUnavailable unavailable) {
            farewell.unknown(unavailable);
        }
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN.toMillis());
    }
}
