package dev.mayfly.runtime.support;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.Budget;
import dev.mayfly.fair.Delays;
import dev.mayfly.fair.FairShares;
import dev.mayfly.fair.FairShares.Turn;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Bounds, prioritises and shares all slow calls to the engine. The number of concurrent calls adapts: it grows while
 * calls are fast and shrinks when one takes longer than two seconds, which indicates an engine with too many concurrent
 * calls.
 *
 * <p>Releases from the warm pool have places of their own: they take milliseconds, and wait for no start. Starts of warm
 * replicas wait for all others.
 *
 * <p>While several workloads have replicas, less than half of that number is used at a time, since a start takes the
 * longer the more of them run; beyond it each namespace may have one heal under way. A workload whose heals use up its
 * {@link Budget} has them carried out like those of a crash loop.
 */
public final class Governor implements CallQueue, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Governor.class);
    /**
     * Measured on two cores: 8 concurrent calls start the most containers per second; 16 start fewer, each 2.5 times as
     * late.
     */
    private static final int INITIAL = 8;

    private static final int SLOW_SECONDS = 2;
    /** After a thread could not be started. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Measured with 50 crash loops on two cores: see docs/decisions/governor.md. */
    private static final int RETRIES = 1;

    /** Releases at once: measured on two cores, 50 of them take 0.2 s then, and 0.4 s one after the other. */
    private static final int RELEASES = 8;

    /** Successors that a workload may start per second for good, and at once: a tenth of what two cores start. */
    private static final double HEALS_PER_SECOND = 1;

    private static final int HEALS_AT_ONCE = 10;

    /** @param since when it was queued, from {@link System#nanoTime} */
    private record Job(Priority priority, OwnerId owner, Call call, long since) {}

    /**
     * @param extra true for a heal beyond the share that is used at a time
     * @param permit empty for a release
     */
    private record Dispatched(Job job, boolean extra, Optional<Limiter.Listener> permit) {
        private void answered(Consumer<Limiter.Listener> how) {
            permit.ifPresent(how);
        }
    }

    private final FairQueue<Job> queue = new FairQueue<>(job -> job.call().isNeeded());
    /** Guarded by this object, as the queue is. */
    private final FairShares<Job> releases = new FairShares<>();

    private final BooleanSupplier shared;
    private final Measurements measurements;
    private final Budget heals = new Budget(HEALS_PER_SECOND, HEALS_AT_ONCE, System::nanoTime);
    private final SimpleLimiter<Void> limiter;
    private final ExecutorService threads;
    /** Guarded by this object, as the queue is. */
    private int retries;

    private int running;
    private int releasing;
    private int filling;
    /** Namespaces with a heal beyond the share. */
    private final Set<String> extras = new HashSet<>();

    /** A governor for one workload. @param most maximum of concurrent calls, at least 1 */
    public Governor(int most) {
        this(most, () -> false, new Measurements());
    }

    /**
     * @param most maximum of concurrent calls, at least 1
     * @param shared true while several workloads have replicas
     * @param measurements is told of each call that is queued and begun
     */
    public Governor(int most, BooleanSupplier shared, Measurements measurements) {
        this(
                most,
                shared,
                measurements,
                Thread.ofPlatform().daemon().name("engine-", 0).factory());
    }

    Governor(int most, BooleanSupplier shared, Measurements measurements, ThreadFactory factory) {
        this.shared = shared;
        this.measurements = measurements;
        this.threads = Executors.newCachedThreadPool(factory);
        var width = AIMDLimit.newBuilder()
                .initialLimit(Math.min(INITIAL, most))
                .minLimit(Math.min(2, most))
                .maxLimit(most)
                .timeout(SLOW_SECONDS, TimeUnit.SECONDS)
                .build();
        limiter = SimpleLimiter.<Void>newBuilder().limit(width).build();
    }

    @Override
    public void submit(Priority priority, OwnerId owner, Call call) {
        add(new Job(affordable(priority, owner), owner, call, System.nanoTime()));
        dispatch();
    }

    /** Why the successors of a workload's replicas start late; empty if it is within its budget. */
    public Optional<Failure> exceeded(OwnerId owner) {
        return heals.exceeded(owner)
                ? Optional.of(new Failure(
                        Failure.SHARE_EXCEEDED,
                        "Its replicas end so often that their successors used up its share of the engine, which is "
                                + HEALS_AT_ONCE + " at once and then " + (int) HEALS_PER_SECOND
                                + " a second: they are started one at a time, in turns with those of crash loops. Let"
                                + " the replicas run longer, or run fewer; status.lastTerminations says how they"
                                + " end."))
                : Optional.empty();
    }

    private Priority affordable(Priority priority, OwnerId owner) {
        var within = priority != Priority.HEAL || !shared.getAsBoolean() || heals.spendRegardless(owner, 1);
        return within ? priority : Priority.RETRY;
    }

    private synchronized void add(Job job) {
        if (job.priority() == Priority.RELEASE) {
            releases.add(job.owner(), job);
        } else {
            measurements.dropped(job.priority(), queue.add(job.priority(), job.owner(), job));
        }
        measurements.queued(job.priority());
    }

    /** The threads' pool has a lock of its own, so that jobs are handed to it without this object's. */
    private void dispatch() {
        for (var next = next(); next.isPresent(); next = next()) {
            var dispatched = next.get();
            begun(dispatched.job());
            try {
                threads.execute(() -> run(dispatched));
            } catch (RejectedExecutionException closed) {
                LOG.debug("Calls to the engine that wait are dropped, since the operator stops");
                return;
            } catch (Error noThread) { // OutOfMemoryError where the machine allows no more; who calls is not to blame
                LOG.error("A call to the engine waits, since no thread can be started", noThread);
                takeBack(dispatched);
                Delays.after(RETRY, this::dispatch);
                return;
            }
        }
    }

    private synchronized void takeBack(Dispatched dispatched) {
        var job = dispatched.job();
        dispatched.answered(Limiter.Listener::onIgnore);
        count(job, dispatched.extra(), -1);
        add(job);
    }

    private void begun(Job job) {
        measurements.begun(job.priority(), Duration.ofNanos(System.nanoTime() - job.since()));
    }

    private synchronized Optional<Dispatched> next() {
        var release = releasing < RELEASES ? releases.poll(job -> true, 1) : Optional.<Turn<Job>>empty();
        if (release.isPresent()) {
            var job = release.get().job();
            count(job, false, 1);
            return Optional.of(new Dispatched(job, false, Optional.empty()));
        }
        var extra = shared.getAsBoolean() && running - extras.size() >= share();
        if (extra ? !queue.hasHeal(this::mayOvertake) : queue.isEmpty(this::open)) {
            return Optional.empty();
        }
        var permit = limiter.acquire(null);
        if (permit.isEmpty()) {
            return Optional.empty(); // the call that holds the last permit dispatches again
        }
        var job = extra ? queue.pollHeal(this::mayOvertake) : queue.poll(this::open);
        count(job, extra, 1);
        return Optional.of(new Dispatched(job, extra, permit));
    }

    /** Measured on two cores: beside three other starts one takes 0.6 s, beside seven 1.0 s. */
    private int share() {
        return Math.max(1, (limiter.getLimit() - 1) / 2);
    }

    private boolean open(Priority priority) {
        return switch (priority) {
            case RETRY -> retries < RETRIES;
            case WARM -> filling < Math.max(1, limiter.getLimit() / 2);
            default -> true;
        };
    }

    private boolean mayOvertake(String namespace) {
        return !extras.contains(namespace);
    }

    private void count(Job job, boolean extra, int more) {
        if (job.priority() == Priority.RELEASE) {
            releasing += more;
            return;
        }
        running += more;
        filling += job.priority() == Priority.WARM ? more : 0;
        retries += job.priority() == Priority.RETRY ? more : 0;
        if (extra && more > 0) {
            extras.add(job.owner().namespace());
        } else if (extra) {
            extras.remove(job.owner().namespace());
        }
    }

    private synchronized void ended(Dispatched dispatched, long milliseconds) {
        var job = dispatched.job();
        count(job, dispatched.extra(), -1);
        if (job.priority() != Priority.RELEASE) {
            queue.done(job.priority(), job.owner(), milliseconds);
        }
    }

    private void run(Dispatched dispatched) {
        var begin = System.nanoTime();
        try {
            if (!dispatched.job().call().getAsBoolean()) {
                dispatched.answered(Limiter.Listener::onDropped);
            } else if (dispatched.job().priority() == Priority.REMOVE) {
                dispatched.answered(
                        Limiter.Listener
                                ::onIgnore); // it takes as long as the replica wrote files, which says nothing about
                // the engine
            } else {
                dispatched.answered(Limiter.Listener::onSuccess);
            }
        } catch (RuntimeException | Error defect) { // otherwise its permit would be lost for good
            dispatched.answered(Limiter.Listener::onIgnore);
            LOG.error("A call to the engine failed unexpectedly; the next reconciliation repeats it", defect);
        } finally {
            ended(dispatched, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            dispatch();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
