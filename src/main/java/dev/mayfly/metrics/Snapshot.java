package dev.mayfly.metrics;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A value that is computed anew once it is a second old: the gauges of one scrape share it. */
final class Snapshot<T> implements Supplier<T> {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final Supplier<T> source;
    private final LongSupplier nanoTime;
    private volatile Taken<T> last;

    private record Taken<T>(T value, long at) {}

    /** @param nanoTime a clock that never goes back */
    Snapshot(Supplier<T> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    /** Throws what the source throws. */
    @Override
    public T get() {
        var known = last;
        var now = nanoTime.getAsLong();
        if (known == null || now - known.at() > FRESH) {
            known = new Taken<>(source.get(), now);
            last = known;
        }
        return known.value();
    }
}
