package dev.mayfly.app;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Ends the operator when it does hardly anything but collect garbage. With memory that is nearly full, the serial
 * collector goes on for ever without an OutOfMemoryError, nothing is healed, and a signal to stop is not noticed. The
 * next operator reads the current state; containers keep running.
 */
@Singleton
class MemoryWatch {
    private static final Logger LOG = Logger.getLogger(MemoryWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** So many looks in a row: a burst of work fills the memory for seconds. */
    private static final int MOST_LOOKS = 6;
    /** The part of the time that goes into collections then: two thirds to three quarters were measured when no heal got through. */
    private static final double MOST = 0.6;
    /** As with the JVM's ExitOnOutOfMemoryError. */
    private static final int STATUS = 3;

    private final LongSupplier collectionMillis;
    private final LongSupplier nanoTime;
    private final Runnable end;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("memory").factory());

    private long lastMillis;
    private long lastNanos;
    private int looks;

    @Inject
    MemoryWatch() {
        this(
                MemoryWatch::collectionMillis,
                System::nanoTime,
                () -> Runtime.getRuntime().halt(STATUS));
    }

    /**
     * @param collectionMillis time that all collections took so far
     * @param nanoTime a clock that never goes back
     * @param end ends the process at once
     */
    MemoryWatch(LongSupplier collectionMillis, LongSupplier nanoTime, Runnable end) {
        this.collectionMillis = collectionMillis;
        this.nanoTime = nanoTime;
        this.end = end;
        this.lastMillis = collectionMillis.getAsLong();
        this.lastNanos = nanoTime.getAsLong();
    }

    void start(@Observes StartupEvent started) {
        timer.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        var millis = collectionMillis.getAsLong();
        var nanos = nanoTime.getAsLong();
        var share = (millis - lastMillis) * 1e6 / Math.max(1, nanos - lastNanos);
        lastMillis = millis;
        lastNanos = nanos;
        looks = share >= MOST ? looks + 1 : 0;
        if (looks >= MOST_LOOKS) {
            LOG.errorf(
                    "For %d s, most of the time went into garbage collection, since the memory is full: the operator ends."
                            + " If this is repeated, limit the number of objects in each namespace, or raise -Xmx.",
                    INTERVAL.toSeconds() * MOST_LOOKS);
            end.run();
        }
    }

    /** Without the cycles of concurrent collectors, during which the operator goes on. */
    private static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> !collector.getName().endsWith("Cycles"))
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
