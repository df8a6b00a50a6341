package dev.mayfly.runtime.support;

import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.runtime.ContainerRuntime.Drains;
import dev.mayfly.runtime.LogFields;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Runs preStop hooks and sends stop signals within one grace period, as the kubelet does. A stop is a few short calls
 * with timers between them; it holds no thread and no connection while it waits, regardless of how many stops run at
 * once. Before that, outside of the grace, clients may be led elsewhere ({@link Drains}).
 */
public final class GracefulStops implements Drains {
    private static final Logger LOG = Logger.getLogger(GracefulStops.class);
    /** Minimum time after the signal, regardless of how long preStop took (kubelet: minimumGracePeriodInSeconds). */
    private static final Duration LEAST = Duration.ofSeconds(2);
    /** How often a command is polled whose exit no event reported. */
    private static final Duration POLL = Duration.ofSeconds(1);

    /**
     * How long a killed command waits before it is reported as failed. A container's exit kills its commands; within
     * this time the exit itself is reported.
     */
    private static final Duration MOMENT = Duration.ofMillis(500);

    private static final CompletionStage<Duration> NO_WAIT = CompletableFuture.completedStage(Duration.ZERO);

    private final Signalling engine;
    private final Timers timers;
    private final Announcements announcements;
    private final Map<ReplicaId, Stop> stops = new ConcurrentHashMap<>();
    /** Running preStop commands by engine ID. */
    private final Map<String, Stop> commands = new ConcurrentHashMap<>();

    private volatile Function<ReplicaId, CompletionStage<Duration>> drain = id -> NO_WAIT;

    public GracefulStops(Signalling engine, Timers timers, Announcements announcements) {
        this.engine = engine;
        this.timers = timers;
        this.announcements = announcements;
    }

    /**
     * @param begun {@link Timers#elapsed} when it began, rather than when it was asked for: stops of others don't shorten it
     * @param overdue runs if the container did not end in time
     * @param over runs if the container is not running
     */
    private record Stop(
            ReplicaId id,
            String container,
            Stopping how,
            Duration grace,
            Duration begun,
            Runnable overdue,
            Runnable over) {}

    /** Begins the stop, once. The caller calls {@link #ended} if the replica ends meanwhile. */
    void begin(ReplicaId id, String container, Stopping how, Duration grace, Runnable overdue, Runnable over) {
        var asked = new Stop(id, container, how, grace, timers.elapsed(), overdue, over);
        if (stops.putIfAbsent(id, asked) == null) {
            drain(id, () -> {
                var begun = new Stop(id, container, how, grace, timers.elapsed(), overdue, over);
                if (stops.replace(id, asked, begun)) {
                    preStop(begun);
                }
            });
        }
    }

    /** @param then may run twice */
    private void drain(ReplicaId id, Runnable then) {
        var drained = drained(id).toCompletableFuture();
        if (!drained.isDone()) {
            timers.after(id.owner(), LONGEST, then); // the answer may be late, or never come
        }
        drained.whenComplete((wait, unknown) -> {
            if (unknown != null) {
                try (var fields = LogFields.of(id)) {
                    LOG.warnf(
                            unknown,
                            "How long to wait before %s is stopped is not known: it is stopped at once",
                            id.replica());
                }
            }
            timers.after(id.owner(), unknown == null ? bounded(wait) : Duration.ZERO, then);
        });
    }

    private CompletionStage<Duration> drained(ReplicaId id) {
        try {
            return drain.apply(id);
        } catch (RuntimeException defect) {
            return CompletableFuture.failedStage(defect);
        }
    }

    private static Duration bounded(Duration wanted) {
        var atLeastNone = wanted.isNegative() ? Duration.ZERO : wanted;
        return atLeastNone.compareTo(LONGEST) < 0 ? atLeastNone : LONGEST;
    }

    @Override
    public void before(Function<ReplicaId, CompletionStage<Duration>> wait) {
        drain = wait;
    }

    /** The replica needs no stop any more. */
    void ended(ReplicaId id) {
        stops.remove(id);
    }

    private boolean wanted(Stop stop) {
        return stops.get(stop.id()) == stop;
    }

    private void preStop(Stop stop) {
        switch (stop.how().preStop().orElse(new PreStop.Sleep(Duration.ZERO))) {
            case PreStop.Sleep sleep -> {
                var time = sleep.time().compareTo(stop.grace()) < 0 ? sleep.time() : stop.grace();
                after(stop, time, () -> signal(stop));
            }
            case PreStop.Exec exec -> run(stop, exec);
        }
    }

    /** Runs the command detached, so that it holds neither a thread nor a connection. */
    private void run(Stop stop, PreStop.Exec exec) {
        try {
            var id = engine.prepare(stop.container(), exec.command());
            commands.put(id, stop); // before the command runs, so that its exit can't be reported first
            try {
                engine.run(id);
            } catch (RuntimeException failed) {
                commands.remove(id);
                throw failed;
            }
            after(stop, left(stop), () -> outOfTime(id));
            after(stop, POLL, () -> poll(id));
        } catch (EngineRefused refused) {
            if (wanted(stop)) {
                failed(stop, "could not be run: " + refused.getMessage());
                signal(stop);
            }
        } catch (RuntimeException silence) {
            if (Thread.currentThread().isInterrupted()) {
                return; // we are closing, and the command may be running
            }
            failed(stop, "may not have run: the engine did not answer");
            signal(stop);
        }
    }

    /** An event reported that a command in a container exited. */
    public void commandEnded(String exec, int exitCode) {
        var stop = commands.remove(exec);
        if (stop != null && wanted(stop)) {
            timers.after(stop.id().owner(), Duration.ZERO, () -> {
                if (exitCode == Signals.KILLED) {
                    after(stop, MOMENT, () -> ended(stop, exitCode));
                } else {
                    ended(stop, exitCode);
                }
                signal(stop);
            });
        }
    }

    private void ended(Stop stop, int exitCode) {
        if (exitCode != 0 && wanted(stop)) {
            failed(stop, "ended with exit code " + Signals.text(Signals.exit(exitCode)));
        }
    }

    private void poll(String exec) {
        var stop = commands.get(exec);
        if (stop == null || !wanted(stop)) {
            commands.remove(exec);
            return;
        }
        try {
            engine.exitCode(exec).ifPresent(code -> commandEnded(exec, code));
        } catch (RuntimeException unknown) {
            LOG.debugf("Whether a preStop command ended is not known: %s", unknown.getMessage());
        }
        after(stop, POLL, () -> poll(exec));
    }

    private void outOfTime(String exec) {
        var stop = commands.remove(exec);
        if (stop != null && wanted(stop)) {
            failed(stop, "did not end within the grace of " + stop.grace().toSeconds() + " s");
            signal(stop);
        }
    }

    private void failed(Stop stop, String what) {
        announcements.warn(stop.id(), "FailedPreStopHook", "its preStop command " + what + "; the stop continues");
    }

    private void signal(Stop stop) {
        if (!wanted(stop)) {
            return;
        }
        try {
            if (!engine.signal(stop.container(), stop.how().signal())) {
                stop.over().run();
                return;
            }
        } catch (RuntimeException failed) {
            try (var fields = LogFields.of(stop.id())) {
                LOG.warnf(
                        "Stop signal to %s failed, it will be killed after its grace: %s",
                        stop.id().replica(), failed.getMessage());
            }
        }
        after(stop, rest(stop), () -> {
            if (wanted(stop)) {
                stop.overdue().run();
            }
        });
    }

    private Duration left(Stop stop) {
        return stop.grace().minus(timers.elapsed().minus(stop.begun()));
    }

    private Duration rest(Stop stop) {
        var left = left(stop);
        return stop.how().preStop().isPresent() && left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    private void after(Stop stop, Duration time, Runnable step) {
        if (time.isPositive()) {
            timers.after(stop.id().owner(), time, step);
        } else {
            step.run();
        }
    }

    /**
     * Engine calls that a graceful stop needs. Each waits for the engine, but not for the command that it starts. A
     * runtime that can't run commands in containers only sends signals.
     */
    @FunctionalInterface
    public interface Signalling {

        /** Sends the signal to PID 1. False if the container does not run. */
        boolean signal(String container, String signal);

        /** Prepares a command in the container. @return its engine ID @throws EngineRefused if it can't be run */
        default String prepare(String container, List<String> command) {
            throw new EngineRefused("this runtime can't run commands in replicas");
        }

        /** Runs a prepared command and returns as soon as it started. @throws EngineRefused if it can't be run */
        default void run(String command) {}

        /** Empty while the command runs. */
        default OptionalInt exitCode(String command) {
            return OptionalInt.empty();
        }
    }
}
