package dev.mayfly.runtime.docker.container;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Translates between the engine's times, which are the wall clock's, and the operator's clock, which goes on evenly when
 * somebody sets the wall clock. Labels hold times of the wall clock, since another process of the operator reads them.
 *
 * @param wall the engine's clock
 * @param ours the operator's clock
 */
public record EngineTimes(InstantSource wall, InstantSource ours) {
    /** Smaller differences arise between two reads, and are no reason to change a time. */
    private static final Duration LEAST = Duration.ofSeconds(1);

    /** The engine's clock is the machine's. */
    public EngineTimes(InstantSource ours) {
        this(InstantSource.system(), ours);
    }

    /** The time by the operator's clock. */
    public Instant now() {
        return ours.instant();
    }

    /** A time of the operator's clock, by the engine's. */
    public Instant engines(Instant time) {
        return time.plus(ahead());
    }

    /**
     * The snapshot with times of the operator's clock. One that would begin in the future was written before the clock
     * was set back: it begins now, so that no wait gets longer.
     */
    public ContainerSnapshot ours(ContainerSnapshot snapshot) {
        var ahead = ahead();
        var future = Duration.between(now(), snapshot.replica().since().minus(ahead));
        return snapshot.earlier(future.compareTo(LEAST) < 0 ? ahead : ahead.plus(future));
    }

    /** How far the engine's clock is ahead. */
    private Duration ahead() {
        var difference = Duration.between(ours.instant(), wall.instant());
        return difference.abs().compareTo(LEAST) < 0 ? Duration.ZERO : difference;
    }
}
