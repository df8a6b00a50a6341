package dev.mayfly.runtime.support;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.fair.FairExecutor;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/** Timers, and the clock that they go by. A runtime whose time is simulated has its own. */
public interface Timers {

    /** Runs the owner's step once that time has passed. The caller never runs it itself. */
    void after(OwnerId owner, Duration time, Runnable step);

    /** Time since a fixed instant. Changes of the system's clock don't affect it. */
    Duration elapsed();

    /** The timers of an executor, which its owner closes: later steps are dropped. */
    static Timers of(FairExecutor executor) {
        return new Timers() {
            @Override
            public void after(OwnerId owner, Duration time, Runnable step) {
                if (time.isPositive()) {
                    executor.execute(owner, time, step);
                } else {
                    try {
                        executor.execute(owner, step);
                    } catch (RejectedExecutionException closed) {
                        // the container runs on, and the next operator stops it
                    }
                }
            }

            @Override
            public Duration elapsed() {
                return Duration.ofNanos(System.nanoTime());
            }
        };
    }
}
