package dev.mayfly.operator.loop;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.Budget;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Limits the CPU time of each owner's reconciliations: one whose spec is applied hundreds of times a second is
 * reconciled less often, so that the others are reconciled at once. Deletions are not limited. One reconciliation of an
 * owner runs at a time.
 */
@ApplicationScoped
class ReconcileBudget {
    /** CPU time of an owner's reconciliations, for good and at once. A scale-up by 1,000 takes some 8 s of it in 100 s. */
    private static final double SECONDS_PER_SECOND = 0.2;

    private static final int SECONDS_AT_ONCE = 4;

    private final ReconcileLocks locks;
    private final LongSupplier cpuNanos;
    private final Budget budget;

    @Inject
    ReconcileBudget(ReconcileLocks locks) {
        this(locks, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime, System::nanoTime);
    }

    /**
     * @param cpuNanos CPU time of the calling thread
     * @param nanoTime a clock that never goes back
     */
    ReconcileBudget(ReconcileLocks locks, LongSupplier cpuNanos, LongSupplier nanoTime) {
        this.locks = locks;
        this.cpuNanos = cpuNanos;
        this.budget = new Budget(SECONDS_PER_SECOND, SECONDS_AT_ONCE, nanoTime);
    }

    /** Reconciles now if the owner has some of its budget left, else as soon as it has. */
    <R extends HasMetadata> UpdateControl<R> within(OwnerId owner, Supplier<UpdateControl<R>> reconciliation) {
        return locks.alone(owner, () -> affordable(owner, reconciliation));
    }

    /** Cleans up, whatever the owner used. */
    <T> T regardless(OwnerId owner, Supplier<T> cleanup) {
        return locks.alone(owner, cleanup);
    }

    private <R extends HasMetadata> UpdateControl<R> affordable(
            OwnerId owner, Supplier<UpdateControl<R>> reconciliation) {
        var delay = budget.delay(owner);
        if (delay.isPositive()) {
            return UpdateControl.<R>noUpdate().rescheduleAfter(Math.max(1, delay.toMillis()));
        }
        var begin = cpuNanos.getAsLong();
        try {
            return reconciliation.get();
        } finally {
            budget.spend(owner, (cpuNanos.getAsLong() - begin) / 1e9);
        }
    }

    /** Why changes of the owner are taken up late; empty if it is within its budget. */
    Optional<Failure> exceeded(OwnerId owner) {
        return budget.exceeded(owner)
                ? Optional.of(new Failure(
                        Failure.SHARE_EXCEEDED,
                        "It changes so often that reconciling it used up its share of the operator, which is 20 % of a"
                                + " core: further changes are taken up late. Apply it less often."))
                : Optional.empty();
    }
}
