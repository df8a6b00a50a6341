package dev.mayfly.runtime.support;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Timers, and the clock that they go by. A runtime whose time is simulated has its own. */
public interface Timers {

    /** Runs the step once that time has passed. The caller never runs it itself. */
    void after(Duration time, Runnable step);

    /** Time since a fixed instant. Changes of the system's clock don't affect it. */
    Duration elapsed();

    /** The timers of an executor, which its owner shuts down. */
    static Timers of(ScheduledExecutorService executor) {
        return new Timers() {
            @Override
            public void after(Duration time, Runnable step) {
                executor.schedule(step, time.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public Duration elapsed() {
                return Duration.ofNanos(System.nanoTime());
            }
        };
    }
}
