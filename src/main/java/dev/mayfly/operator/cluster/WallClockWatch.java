package dev.mayfly.operator.cluster;

import dev.mayfly.host.SteadyClock;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Reconciles all resources when the wall clock was set back. The framework schedules requeues and retries with a
 * {@link java.util.Timer}, which goes by the wall clock: all of them would be late by as much as it was set back. A
 * reconciliation schedules the next one anew. A clock that is set forward only makes them early.
 */
@ApplicationScoped
class WallClockWatch {
    private static final Logger LOG = Logger.getLogger(WallClockWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final InstantSource wall;
    private final InstantSource steady;
    private final Runnable wakeAll;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("wall-clock").factory());
    /** How far the wall clock was ahead of the operator's at the last look. */
    private Duration ahead;

    @Inject
    WallClockWatch(ResourceCaches resources) {
        this(InstantSource.system(), SteadyClock.system(), resources::wakeAll);
    }

    WallClockWatch(InstantSource wall, InstantSource steady, Runnable wakeAll) {
        this.wall = wall;
        this.steady = steady;
        this.wakeAll = wakeAll;
        this.ahead = difference();
    }

    void start(@Observes StartupEvent started) {
        timer.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        var before = ahead;
        ahead = difference();
        var back = before.minus(ahead);
        if (back.compareTo(INTERVAL) > 0) { // less delays nothing that matters
            LOG.infof("The machine's clock was set back by %d s: all resources are reconciled", back.toSeconds());
            wakeAll.run();
        }
    }

    private Duration difference() {
        return Duration.between(steady.instant(), wall.instant());
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
