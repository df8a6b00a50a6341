package dev.mayfly.ops;

import dev.mayfly.model.Requests;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A simulated runtime that follows the real clock, for trying out manifests without an engine. */
final class SimulatedEngine implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    /** A large machine: 64 CPUs, 256 GiB. */
    private static final Requests SIZE = new Requests(64_000, 256L << 30);

    private final SimulatedRuntime runtime = new SimulatedRuntime(1, Instant.now(), SIZE);
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("simulated").factory());

    SimulatedEngine() {
        ticker.scheduleAtFixedRate(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    SimulatedRuntime runtime() {
        return runtime;
    }

    private void tick() {
        var behind = Duration.between(runtime.now(), Instant.now());
        if (behind.isPositive()) {
            runtime.advance(behind);
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
