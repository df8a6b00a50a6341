package dev.mayfly.operator.loop;

import com.google.common.util.concurrent.Striped;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.Delays;
import dev.mayfly.operator.cluster.ResourceCaches;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/**
 * One reconciliation of a resource at a time. Java Operator SDK 5.3.2 says so too, but counts by name: the end of a
 * resource's cleanup also ends the reconciliation of its successor, as far as {@code EventProcessor} knows (5.5.1 reads
 * the same), so that the next event starts a second one beside it. The one that had observed less could then report
 * last, and no event would correct it ({@code RecreatedWorkloadTest}).
 */
@ApplicationScoped
class ReconcileLocks {
    /** How soon a reconciliation that had to wait is repeated: the end of the other cancels the timers of both. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Striped<Lock> byOwner = Striped.lazyWeakLock(Integer.MAX_VALUE);
    private final ResourceCaches resources;

    ReconcileLocks(ResourceCaches resources) {
        this.resources = resources;
    }

    /** Reconciles the resource once no other thread does. */
    <T> T alone(OwnerId owner, Supplier<T> reconciliation) {
        var lock = byOwner.get(owner);
        if (!lock.tryLock()) {
            lock.lock();
            Delays.after(AGAIN, () -> resources.wake(owner));
        }
        try {
            return reconciliation.get();
        } finally {
            lock.unlock();
        }
    }
}
