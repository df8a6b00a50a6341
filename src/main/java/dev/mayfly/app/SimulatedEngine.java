package dev.mayfly.app;

import dev.mayfly.cli.simulate.ScenarioFile;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.host.SteadyClock;
import dev.mayfly.runtime.simulated.SimulatedRuntime;
import dev.mayfly.runtime.simulated.SimulationSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A simulated runtime that follows the real clock, for trying out manifests without an engine. */
final class SimulatedEngine implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    /** A large machine: 64 CPUs, 256 GiB. */
    private static final Requests SIZE = new Requests(64_000, 256L << 30);

    private final SimulatedRuntime runtime;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("simulated").factory());

    private SimulatedEngine(SimulationSettings settings) {
        runtime = new SimulatedRuntime(settings);
        ticker.scheduleAtFixedRate(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * @param file how the engine behaves; empty: a large machine without faults
     * @throws RuntimeException if the file is wrong, which stops the operator at its start
     */
    static SimulatedEngine of(Optional<Path> file) {
        var now = SteadyClock.system().instant();
        return new SimulatedEngine(file.map(path -> ScenarioFile.engine(path).settings(now))
                .orElseGet(() -> SimulationSettings.of(1, now, SIZE)));
    }

    SimulatedRuntime runtime() {
        return runtime;
    }

    private void tick() {
        var behind = Duration.between(runtime.now(), SteadyClock.system().instant());
        if (behind.isPositive()) {
            runtime.advance(behind);
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
