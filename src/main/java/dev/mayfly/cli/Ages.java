package dev.mayfly.cli;

import java.time.Duration;
import java.time.Instant;

/** Formats the time since something happened as kubectl's column AGE does. */
public final class Ages {
    private Ages() {}

    /** Such as {@code 42s}, {@code 5m10s}, {@code 3h}, {@code 12d}; at least 0. */
    public static String of(Instant then, Instant now) {
        var age = Duration.between(then, now);
        if (age.isNegative()) {
            return "0s";
        }
        if (age.toSeconds() < 120) {
            return age.toSeconds() + "s";
        }
        if (age.toMinutes() < 10) {
            return age.toMinutes() + "m" + rest(age.toSecondsPart(), "s");
        }
        if (age.toHours() < 3) {
            return age.toMinutes() + "m";
        }
        if (age.toHours() < 8) {
            return age.toHours() + "h" + rest(age.toMinutesPart(), "m");
        }
        return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
    }

    private static String rest(int part, String unit) {
        return part == 0 ? "" : part + unit;
    }
}
