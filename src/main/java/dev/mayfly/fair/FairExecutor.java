package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Threads that are shared fairly between namespaces, then owners, by the time that their tasks take. One owner's tasks
 * begin in the order in which they came.
 */
public final class FairExecutor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FairExecutor.class);
    private static final Predicate<Runnable> ALL = task -> true;
    /** In microseconds, until it is known how long a task takes. */
    private static final int EXPECTED = 1;

    private final String name;
    private final ExecutorService threads;
    /** Guarded by this object. */
    private final FairShares<Runnable> waiting = new FairShares<>();

    /** @param name of the threads, which {@code -0}, {@code -1} and so on follow */
    public FairExecutor(String name, int most) {
        this.name = name;
        threads = Executors.newFixedThreadPool(
                most, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    /**
     * Runs the task later. The caller never runs it itself.
     *
     * @throws RejectedExecutionException after {@link #close}
     */
    public void execute(OwnerId owner, Runnable task) {
        add(owner, task);
        threads.execute(this::next);
    }

    /** Runs the task after the delay; never, if this is closed by then. */
    public void execute(OwnerId owner, Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    try {
                        execute(owner, task);
                    } catch (RejectedExecutionException closed) {
                        LOG.debugf("%s: a task is dropped, since the operator stops", name);
                    }
                });
    }

    public boolean isClosed() {
        return threads.isShutdown();
    }

    private synchronized void add(OwnerId owner, Runnable task) {
        waiting.add(owner, task);
    }

    private synchronized FairShares.Turn<Runnable> poll() {
        return waiting.poll(ALL, EXPECTED).orElseThrow(); // as many are waiting as were submitted
    }

    private synchronized void charge(OwnerId owner, long microseconds) {
        waiting.charge(owner, microseconds);
    }

    private void next() {
        var turn = poll();
        var begin = System.nanoTime();
        try {
            turn.job().run();
        } catch (RuntimeException | Error defect) {
            LOG.errorf(defect, "%s: a task failed unexpectedly", name);
        } finally {
            charge(turn.owner(), (System.nanoTime() - begin) / 1000);
        }
    }

    /** Interrupts what runs; what waits is dropped. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
