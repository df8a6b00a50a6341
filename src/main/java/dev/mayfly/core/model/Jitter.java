package dev.mayfly.core.model;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Spreads what many would otherwise do at the same moment, by a tenth of the time. It follows from a key, such as a
 * replica's ID, so it is the same in every plan and for every operator.
 */
public final class Jitter {
    private static final double SHARE = 0.1;

    private Jitter() {}

    /** The time, shorter or longer by up to a tenth. */
    public static Duration around(Duration time, Object... key) {
        return times(time, 1 - SHARE + 2 * SHARE * draw(key));
    }

    /** The shortest time that {@link #around} returns for any key. */
    public static Duration least(Duration time) {
        return times(time, 1 - SHARE);
    }

    /** The time, shorter by up to a tenth. */
    public static Duration below(Duration time, Object... key) {
        return times(time, 1 - SHARE * draw(key));
    }

    /** 0 or more, and less than 1. */
    private static double draw(Object... key) {
        return new SplittableRandom(Objects.hash(key)).nextDouble();
    }

    private static Duration times(Duration time, double factor) {
        return Duration.ofMillis(Math.round(time.toMillis() * factor));
    }
}
