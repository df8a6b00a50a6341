package dev.mayfly.runtime.support;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.support.Lifecycle.CallQueue;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Bounds, prioritises and shares all slow calls to the engine. The number of concurrent calls adapts: it grows while
 * calls are fast and shrinks when one takes longer than two seconds, which indicates an engine with too many concurrent
 * calls.
 */
public final class Governor implements CallQueue, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Governor.class);
    /**
     * Measured on two cores: 8 concurrent calls start the most containers per second; 16 start fewer, each 2.5 times as
     * late.
     */
    private static final int INITIAL = 8;

    private static final int SLOW_SECONDS = 2;
    /** Measured with 50 crash loops on two cores: see docs/decisions/governor.md. */
    private static final int RETRIES = 1;

    private record Job(Priority priority, BooleanSupplier call) {}

    private final FairQueue<Job> queue = new FairQueue<>();
    private final Limiter<Void> limiter;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("engine-", 0).factory());
    /** Guarded by this object, as the queue is. */
    private int retries;

    /** @param most maximum of concurrent calls, at least 1 */
    public Governor(int most) {
        var width = AIMDLimit.newBuilder()
                .initialLimit(Math.min(INITIAL, most))
                .minLimit(Math.min(2, most))
                .maxLimit(most)
                .timeout(SLOW_SECONDS, TimeUnit.SECONDS)
                .build();
        limiter = SimpleLimiter.newBuilder().limit(width).build();
    }

    @Override
    public void submit(Priority priority, OwnerId owner, BooleanSupplier call) {
        add(owner, new Job(priority, call));
        dispatch();
    }

    private synchronized void add(OwnerId owner, Job job) {
        queue.add(job.priority(), owner, job);
    }

    /** The threads' pool has a lock of its own, so that jobs are handed to it without this object's. */
    private void dispatch() {
        for (var next = next(); next.isPresent(); next = next()) {
            threads.execute(next.get());
        }
    }

    private synchronized Optional<Runnable> next() {
        if (queue.isEmpty(this::open)) {
            return Optional.empty();
        }
        var permit = limiter.acquire(null);
        if (permit.isEmpty()) {
            return Optional.empty(); // the call that holds the last permit dispatches again
        }
        var job = queue.poll(this::open);
        retries += job.priority() == Priority.RETRY ? 1 : 0;
        return Optional.of(() -> run(job, permit.get()));
    }

    private boolean open(Priority priority) {
        return priority != Priority.RETRY || retries < RETRIES;
    }

    private synchronized void count(Job ended) {
        retries -= ended.priority() == Priority.RETRY ? 1 : 0;
    }

    private void run(Job job, Limiter.Listener permit) {
        try {
            if (job.call().getAsBoolean()) {
                permit.onSuccess();
            } else {
                permit.onDropped();
            }
        } catch (RuntimeException | Error defect) { // otherwise its permit would be lost for good
            permit.onIgnore();
            LOG.error("A call to the engine failed unexpectedly; the next reconciliation repeats it", defect);
        } finally {
            count(job);
            dispatch();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
