package dev.mayfly.operator.loop;

import java.util.function.Supplier;

/**
 * The one lock that all workloads' reconciliations need. It is held for microseconds: code under it computes in memory,
 * and never waits, does I/O, or matches text from tenants. {@code LocksIT} fails if it does.
 */
final class AdmissionLock {

    /** Runs the work exclusively. */
    synchronized <T> T hold(Supplier<T> work) {
        return work.get();
    }
}
