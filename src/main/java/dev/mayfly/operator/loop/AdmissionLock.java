package dev.mayfly.operator.loop;

import java.util.function.Supplier;

/**
 * The one lock that all workloads' reconciliations need. It is held for microseconds: what runs under it computes on memory, and
 * never waits, reads, writes, or matches a text that others wrote. {@code LocksIT} fails where it does.
 */
final class AdmissionLock {

    /** Does the work while nobody else does any. */
    synchronized <T> T hold(Supplier<T> work) {
        return work.get();
    }
}
