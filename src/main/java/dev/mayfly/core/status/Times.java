package dev.mayfly.core.status;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times as a status has them: RFC 3339, in whole seconds. */
public final class Times {
    private Times() {}

    /** @param time null or not a time: empty */
    static Optional<Instant> instant(String time) {
        try {
            return Optional.ofNullable(time).map(Instant::parse);
        } catch (DateTimeException notOurs) {
            return Optional.empty();
        }
    }

    /** The time without its fraction of a second. */
    public static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
