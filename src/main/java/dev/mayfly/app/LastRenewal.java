package dev.mayfly.app;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * How long ago this operator's Lease was renewed, by {@link System#nanoTime}, which goes on while the process is paused. The
 * framework does not say when it renews: a Lease that has changed was renewed after it was read the last time.
 */
final class LastRenewal {
    private static final Logger LOG = Logger.getLogger(LastRenewal.class);

    private final EngineLease lease;
    private volatile long known = System.nanoTime();
    private long read = known;
    private Optional<ZonedDateTime> seen = Optional.empty();

    LastRenewal(EngineLease lease) {
        this.lease = lease;
    }

    /** @param before a {@link System#nanoTime} from before the renewal */
    void renewed(long before) {
        if (before - known > 0) {
            known = before;
        }
    }

    /** Reads the Lease, if the API server answers. One thread at a time does. */
    void look() {
        var now = System.nanoTime();
        try {
            var renewal = lease.renewal();
            if (renewal.isPresent() && !renewal.equals(seen)) {
                renewed(read);
                seen = renewal;
            }
            read = now;
        } catch (RuntimeException later) {
            LOG.debugf("Whether the Lease was renewed is not known: %s", later);
        }
    }

    /** Time since the last renewal that is known of, or longer. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - known);
    }
}
