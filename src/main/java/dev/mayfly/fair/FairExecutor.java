package dev.mayfly.fair;

import dev.mayfly.core.model.OwnerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * Threads that are shared fairly between namespaces, then owners, by the time for which their tasks run. One owner's tasks
 * begin in the order in which they came.
 *
 * <p>Turns alone don't bound a wait: a task that has begun keeps its thread. So a namespace's next task begins only while
 * fewer of its tasks run than there are threads left (the dynamic threshold of Choudhury and Hahne, 1998): one
 * namespace has half of the threads at most, the next one half of the others, and so on. A task that may take long is
 * {@linkplain #executeInSlices executed in slices}, between which the tasks of others have their turn.
 */
public final class FairExecutor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FairExecutor.class);
    /** In microseconds, until it is known how long a task takes. */
    private static final int EXPECTED = 1;
    /** After a thread could not be started. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long a task runs before others have their turn: long against the change of threads, short for who waits. */
    private static final long SLICE_NANOS = 50_000_000;

    private final String name;
    private final int most;
    private final int threadCount;
    private final ExecutorService threads;
    /** Guarded by this object, as the counts are. */
    private final FairShares<Task> waiting = new FairShares<>();

    private final Count begun = new Count();
    private final Count running = new Count();

    /** A number of tasks. */
    private static final class Count {
        /** None is absent. */
        private final Map<String, Integer> byNamespace = new HashMap<>();

        private int all;

        void add(Task task, int more) {
            all += more;
            byNamespace.merge(task.owner.namespace(), more, (had, change) -> had + change == 0 ? null : had + change);
        }

        /** True if the namespace may have one more of so many places. */
        boolean allows(String namespace, int places) {
            return byNamespace.getOrDefault(namespace, 0) < places - all;
        }
    }

    /**
     * Threads for short tasks.
     *
     * @param name of the threads, which {@code -0}, {@code -1} and so on follow
     * @param most tasks at a time, 1 or more
     */
    public FairExecutor(String name, int most) {
        this(name, most, most);
    }

    /**
     * Threads for tasks that may take long.
     *
     * @param most tasks that run at a time, 1 or more
     * @param threadCount tasks that have begun at a time, {@code most} or more; those that don't run pause
     */
    public FairExecutor(String name, int most, int threadCount) {
        this(
                name,
                most,
                threadCount,
                Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    FairExecutor(String name, int most, int threadCount, ThreadFactory factory) {
        this.name = name;
        this.most = most;
        this.threadCount = threadCount;
        threads = Executors.newFixedThreadPool(threadCount, factory);
    }

    /** The time that a task may take. For the thread of the task only. */
    public interface Slices {

        /**
         * Lets other tasks run if this one has run for a while, and returns when it is its turn again. To be called again
         * and again.
         *
         * @throws CancellationException if the executor is closed meanwhile
         */
        void pause();

        /** For how long the task has run, in nanoseconds, without the time for which it paused. */
        long nanos();
    }

    /**
     * Runs the task later. The caller never runs it itself.
     *
     * @throws RejectedExecutionException after {@link #close}
     */
    public void execute(OwnerId owner, Runnable task) {
        executeInSlices(owner, slices -> task.run());
    }

    /** Runs a task that {@linkplain Slices#pause pauses} now and then; otherwise as {@link #execute}. */
    public void executeInSlices(OwnerId owner, Consumer<Slices> task) {
        if (isClosed()) {
            throw new RejectedExecutionException(name + " is closed");
        }
        add(new Task(owner, task));
        dispatch();
    }

    /** Runs the task after the delay; never, if this is closed by then. */
    public void execute(OwnerId owner, Duration delay, Runnable task) {
        Delays.after(delay, () -> {
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

    private synchronized void add(Task task) {
        waiting.add(task.owner, task);
    }

    /** The threads' pool has a lock of its own, so that tasks are handed to it without this object's. */
    private void dispatch() {
        for (var next = next(); next.isPresent(); next = next()) {
            var task = next.get();
            try {
                threads.execute(() -> run(task));
            } catch (Error noThread) { // OutOfMemoryError where the machine allows no more; who calls is not to blame
                LOG.errorf(noThread, "%s: a task waits, since no thread can be started", name);
                takeBack(task);
                Delays.after(RETRY, this::dispatchUnlessClosed);
                return;
            }
        }
    }

    private synchronized void takeBack(Task task) {
        task.begun = false;
        begun.add(task, -1);
        running.add(task, -1);
        waiting.add(task.owner, task);
    }

    /** Continues tasks that pause. @return the next one that begins; empty if none may run now */
    private synchronized Optional<Task> next() {
        while (true) {
            var turn = waiting.poll(namespace -> running.allows(namespace, most), this::open, EXPECTED);
            if (turn.isEmpty()) {
                return Optional.empty();
            }
            var task = turn.get().job();
            running.add(task, 1);
            if (!task.begun) {
                task.begun = true;
                begun.add(task, 1);
                return Optional.of(task);
            }
            task.continues = true;
            notifyAll();
        }
    }

    private boolean open(Task task) {
        return task.begun || begun.allows(task.owner.namespace(), threadCount);
    }

    private void run(Task task) {
        task.since = System.nanoTime();
        try {
            task.work.accept(task);
        } catch (RuntimeException | Error defect) {
            var level = defect instanceof CancellationException && isClosed() ? Level.DEBUG : Level.ERROR;
            LOG.logf(level, defect, "%s: a task failed unexpectedly", name);
        } finally {
            ended(task, task.lap());
            dispatchUnlessClosed();
        }
    }

    private void dispatchUnlessClosed() {
        try {
            dispatch();
        } catch (RejectedExecutionException closed) {
            LOG.debugf("%s: what waits is dropped, since the operator stops", name);
        }
    }

    private synchronized void ended(Task task, long nanos) {
        stopped(task, nanos);
        begun.add(task, -1);
    }

    private synchronized void paused(Task task, long nanos) {
        stopped(task, nanos);
        waiting.add(task.owner, task);
    }

    private void stopped(Task task, long nanos) {
        running.add(task, -1);
        waiting.charge(task.owner, nanos / 1000);
    }

    private synchronized void awaitTurn(Task task) throws InterruptedException {
        while (!task.continues) {
            wait();
        }
        task.continues = false;
    }

    /** Interrupts what runs; what waits is dropped. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private final class Task implements Slices {
        private final OwnerId owner;
        private final Consumer<Slices> work;
        /** Guarded by the executor. */
        private boolean begun;

        private boolean continues;
        /** Of the slice. Used by the task's thread, as the sum. */
        private long since;

        private long ran;

        Task(OwnerId owner, Consumer<Slices> work) {
            this.owner = owner;
            this.work = work;
        }

        /** Ends the slice. @return its nanoseconds */
        private long lap() {
            var now = System.nanoTime();
            var slice = now - since;
            since = now;
            ran += slice;
            return slice;
        }

        @Override
        public void pause() {
            if (isClosed()) {
                throw new CancellationException(name + " is closed");
            }
            if (System.nanoTime() - since < SLICE_NANOS) {
                return;
            }
            paused(this, lap());
            dispatchUnlessClosed();
            try {
                awaitTurn(this);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                throw new CancellationException(name + " is closed");
            }
            since = System.nanoTime();
        }

        @Override
        public long nanos() {
            return ran + System.nanoTime() - since;
        }
    }
}
