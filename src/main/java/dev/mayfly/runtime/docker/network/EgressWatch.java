package dev.mayfly.runtime.docker.network;

import com.github.dockerjava.api.DockerClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Closes the way out of networks after each connection to the engine and periodically, since firewalls are flushed. */
public final class EgressWatch implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger LOG = Logger.getLogger(EgressWatch.class);
    private static final Duration TICK = Duration.ofSeconds(5);

    private final Supplier<DockerClient> engine;
    private final Consumer<DockerClient> guard;
    private final BooleanSupplier leads;
    private final InstantSource clock;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("egress").factory());

    /** The connection of the last look; null if there was none. */
    private DockerClient seen;

    private Instant last = Instant.MIN;

    /**
     * @param engine the connected engine; throws if there is none
     * @param guard as {@link NamespaceNetworks#guard}
     * @param leads false while another operator leads, whose rules these are then
     */
    public EgressWatch(
            Supplier<DockerClient> engine, Consumer<DockerClient> guard, BooleanSupplier leads, InstantSource clock) {
        this.engine = engine;
        this.guard = guard;
        this.leads = leads;
        this.clock = clock;
    }

    public void start() {
        ticks.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A look that failed is repeated with the next tick. Only the thread of the ticks calls it. */
    void tick() {
        try {
            var connected = engine.get();
            var now = clock.instant();
            if (leads.getAsBoolean() && (connected != seen || !now.isBefore(last.plus(INTERVAL)))) {
                guard.accept(connected);
                seen = connected;
                last = now;
            }
        } catch (RuntimeException failed) { // an exception would end the ticks
            LOG.debug("Nobody looked whether replicas reach the engine's host", failed);
        }
    }

    /** A look that is under way ends by itself: what interrupts it would be taken for a filter that refuses. */
    @Override
    public void close() {
        ticks.shutdown();
    }
}
