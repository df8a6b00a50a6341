package dev.mayfly.app;

import dev.mayfly.config.LeaseSettings;
import java.time.Duration;

/**
 * The times by which an operator holds its Lease.
 *
 * @param lease duration of the Lease
 * @param retry time between two attempts
 * @param deadline how long an operator over the network goes on without a renewal
 * @param call how long a request to an engine may be under way after this operator has ended; zero: none is
 */
record LeaseTiming(Duration lease, Duration retry, Duration deadline, Duration call) {
    static LeaseTiming of(Duration lease, Duration call) {
        return new LeaseTiming(lease, LeaseSettings.retry(lease), LeaseSettings.renewDeadline(lease), call);
    }

    /** How long after a renewal a request to the engine may begin, so that it ends before a Lease that is long enough. */
    Duration valid() {
        var ended = lease.minus(call);
        return ended.compareTo(deadline) < 0 ? deadline : ended;
    }
}
