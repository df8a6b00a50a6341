package dev.mayfly.fair;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Begins what is due later. One thread, for all: {@code CompletableFuture.delayedExecutor} takes the JDK's common pool
 * instead (JDK 25), which has one thread on two cores, so that nothing would begin while any library is busy there.
 */
public final class Delays {
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("delays").factory());

    static {
        TIMER.prestartCoreThread(); // what is to be tried again because no thread could be started needs this one
    }

    private Delays() {}

    /**
     * Runs the step after the delay, soon if that is zero or less.
     *
     * @param step must not block, and catches its exceptions
     */
    public static void after(Duration delay, Runnable step) {
        TIMER.schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
