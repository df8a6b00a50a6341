package dev.mayfly.runtime.simulated;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.runtime.simulated.SimulatedRuntime.EngineWork;
import dev.mayfly.runtime.support.CallQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Calls to the simulated engine: so many at once, the most important first, those of failing slots one at a time. None
 * is answered while the engine is silent.
 */
final class SimulatedQueue implements CallQueue {
    private final Map<Priority, Queue<BooleanSupplier>> waiting = new EnumMap<>(Priority.class);
    private final SimulatedClock clock;
    private final Function<Priority, Duration> duration;
    private final int places;
    private final Function<Duration, Optional<Duration>> silence;
    private int queued;
    private int atOnce;
    private int retries;
    private EngineWork work = new EngineWork(0, 0, 0);

    /**
     * @param places most calls at once; 0: no limit
     * @param silence how long the engine is silent from that time on; empty: it answers
     */
    SimulatedQueue(
            SimulatedClock clock,
            Function<Priority, Duration> duration,
            int places,
            Function<Duration, Optional<Duration>> silence) {
        this.clock = clock;
        this.duration = duration;
        this.places = places == 0 ? Integer.MAX_VALUE : places;
        this.silence = silence;
        for (var priority : Priority.values()) {
            waiting.put(priority, new ArrayDeque<>());
        }
    }

    EngineWork work() {
        return work;
    }

    @Override
    public void submit(Priority priority, OwnerId owner, Call call) {
        waiting.get(priority).add(call);
        queued++;
        proceed();
        work = new EngineWork(work.calls(), work.mostAtOnce(), Math.max(work.mostWaiting(), queued));
    }

    /** The call under way takes that much longer. To be called by the call itself. */
    void longer(Duration time, Runnable then) {
        atOnce++;
        clock.after(time, () -> {
            atOnce--;
            then.run();
            proceed();
        });
    }

    private void proceed() {
        while (queued > 0 && atOnce < places) {
            var next = next();
            if (next.isEmpty()) {
                return;
            }
            begin(next.get());
        }
    }

    private Optional<Priority> next() {
        for (var priority : Priority.values()) {
            if (!waiting.get(priority).isEmpty() && (priority != Priority.RETRY || retries == 0)) {
                return Optional.of(priority);
            }
        }
        return Optional.empty();
    }

    private void begin(Priority priority) {
        var call = waiting.get(priority).remove();
        queued--;
        atOnce++;
        retries += priority == Priority.RETRY && places < Integer.MAX_VALUE ? 1 : 0;
        work = new EngineWork(work.calls() + 1, Math.max(work.mostAtOnce(), atOnce), work.mostWaiting());
        clock.after(duration.apply(priority), () -> answered(priority, call));
    }

    private void answered(Priority priority, BooleanSupplier call) {
        var silent = silence.apply(clock.elapsed());
        if (silent.isPresent()) {
            clock.after(silent.get(), () -> answered(priority, call));
            return;
        }
        atOnce--;
        retries -= priority == Priority.RETRY && places < Integer.MAX_VALUE ? 1 : 0;
        call.getAsBoolean();
        proceed();
    }
}
