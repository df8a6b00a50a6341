package dev.mayfly.host;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The operator's clock: the machine's time when the operator started, plus the time that has passed since. When somebody
 * sets the machine's clock, or NTP steps it, these instants go on evenly. So a duration between two of them is the time
 * that passed, and a point in time that lies ten seconds ahead is reached after ten seconds.
 *
 * <p>Times of others are the wall clock's: they are translated where they are read, or compared with the wall clock,
 * {@link InstantSource#system()}. The time during which the machine sleeps counts as passed, as by the wall clock.
 */
public final class SteadyClock implements InstantSource {
    private static final SteadyClock SYSTEM = new SteadyClock(InstantSource.system(), SteadyClock::sinceBoot);

    private final Instant began;
    private final long beganNanos;
    private final LongSupplier nanos;

    /** @param nanos time since a fixed instant; like {@link System#nanoTime} it may overflow */
    SteadyClock(InstantSource wall, LongSupplier nanos) {
        this.nanos = nanos;
        this.began = wall.instant();
        this.beganNanos = nanos.getAsLong();
    }

    /** The one clock of this process: instants are comparable only within one clock. */
    public static InstantSource system() {
        return SYSTEM;
    }

    private static long sinceBoot() {
        var time = new long[2];
        Libc.clock_gettime(Libc.CLOCK_BOOTTIME, time);
        return TimeUnit.SECONDS.toNanos(time[0]) + time[1];
    }

    @Override
    public Instant instant() {
        return began.plusNanos(nanos.getAsLong() - beganNanos);
    }
}
