package dev.mayfly.core.status;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times of a status, and durations in kubectl's format: {@code 4s}, {@code 3m20s}, {@code 5h7m}. */
final class Durations {
    private Durations() {}

    /** @param time null or not a time: empty */
    static Optional<Instant> instant(String time) {
        try {
            return Optional.ofNullable(time).map(Instant::parse);
        } catch (DateTimeParseException notOurs) {
            return Optional.empty();
        }
    }

    /** The duration in kubectl's format; {@code 0s} if the clock was set back. */
    static String between(Instant start, Instant end) {
        var time = Duration.between(start, end);
        var seconds = Math.max(0, time.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 3 * 3600) {
            return seconds / 60 + "m";
        }
        if (seconds < 8 * 3600) {
            return two(seconds / 3600, "h", seconds / 60 % 60, "m");
        }
        if (seconds < 48 * 3600) {
            return seconds / 3600 + "h";
        }
        return seconds < 8 * 86400 ? two(seconds / 86400, "d", seconds / 3600 % 24, "h") : seconds / 86400 + "d";
    }

    private static String two(long first, String unit, long second, String smaller) {
        return first + unit + (second == 0 ? "" : second + smaller);
    }
}
