package dev.mayfly.cli.simulate;

import dev.mayfly.cli.simulate.EngineSpec.Share;
import dev.mayfly.core.model.Text;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times and shares as people write them. */
public final class Times {
    private static final int MAX_DIGITS = 9;
    private static final Map<String, ChronoUnit> UNITS = new LinkedHashMap<>();

    static {
        UNITS.put("ms", ChronoUnit.MILLIS);
        UNITS.put("s", ChronoUnit.SECONDS);
        UNITS.put("m", ChronoUnit.MINUTES);
        UNITS.put("h", ChronoUnit.HOURS);
    }

    private Times() {}

    /** Such as {@code 250ms}, {@code 30s}, {@code 10m}, {@code 2h}. @throws IllegalArgumentException if it is none */
    static Duration parse(String text) {
        for (var unit : UNITS.entrySet()) {
            var number = text.endsWith(unit.getKey())
                    ? text.substring(0, text.length() - unit.getKey().length())
                    : "";
            if (Text.isNumber(number, MAX_DIGITS)) {
                return Duration.of(Long.parseLong(number), unit.getValue());
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no time: write it as 250ms, 30s, 10m or 2h");
    }

    /** Such as {@code 1%}, {@code 0.5%} or {@code 0.01}. @throws IllegalArgumentException if it is none */
    static Share share(String text) {
        var percent = text.endsWith("%");
        try {
            var number = new BigDecimal(
                    percent ? text.substring(0, text.length() - 1).strip() : text);
            return new Share(percent ? number.doubleValue() / 100 : number.doubleValue());
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("'" + text + "' is no share: write it as 1% or 0.01");
        }
    }

    /** Such as {@code 250ms}, {@code 8.5s}, {@code 12m30s} or {@code 3h5m}. */
    public static String text(Duration time) {
        if (time.toMillis() < 1000) {
            return time.toMillis() + "ms";
        }
        if (time.toSeconds() < 60) {
            return time.toMillis() / 100 / 10.0 + "s";
        }
        return time.toHours() == 0
                ? time.toMinutes() + "m" + time.toSecondsPart() + "s"
                : time.toHours() + "h" + time.toMinutesPart() + "m";
    }
}
