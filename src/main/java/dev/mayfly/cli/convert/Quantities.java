package dev.mayfly.cli.convert;

import com.google.re2j.Pattern;
import dev.mayfly.cli.Sizes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Docker's and Compose's notations of times, sizes and CPUs. Empty means that a text is none. */
final class Quantities {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}([.]\\d{1,9})?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}([.]\\d{1,9})?) ?([bkmgt]?)(i?b)?");
    private static final Pattern MILLIS = Pattern.compile("(\\d{1,9})(ms|us|ns)");
    private static final long MILLIS_PER_SECOND = 1000;
    private static final int MAX_LENGTH = 32;

    private Quantities() {}

    /** Seconds of {@code 1m30s}, {@code 500ms} or {@code 30}, rounded up. */
    static Optional<Long> seconds(String text) {
        var fine = MILLIS.matcher(text);
        if (fine.matches()) {
            var millis = fine.group(2).equals("ms") ? Long.parseLong(fine.group(1)) : 1;
            return Optional.of((millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND);
        }
        if (text.length() > MAX_LENGTH || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var last = text.charAt(text.length() - 1);
            var unit = last >= '0' && last <= '9' ? "S" : "";
            var time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT) + unit);
            return time.isNegative()
                    ? Optional.empty()
                    : Optional.of(time.plusNanos(999_999_999).toSeconds());
        } catch (DateTimeParseException | ArithmeticException none) {
            return Optional.empty();
        }
    }

    /** Bytes of {@code 512m}, {@code 1.5gb} or {@code 1024}. */
    static Optional<Long> bytes(String text) {
        var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            return Optional.empty();
        }
        var power = size.group(3).isEmpty() ? 0 : "bkmgt".indexOf(size.group(3));
        return Optional.of(new BigDecimal(size.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue());
    }

    /** A size as a Kubernetes quantity. */
    static Optional<String> size(String text) {
        return bytes(text).map(Sizes::quantity);
    }

    /** CPUs of {@code 0.5} as a Kubernetes quantity such as {@code 500m}, rounded up. */
    static Optional<String> cpus(String text) {
        if (!NUMBER.matches(text)) {
            return Optional.empty();
        }
        var milli = new BigDecimal(text)
                .multiply(BigDecimal.valueOf(MILLIS_PER_SECOND))
                .setScale(0, RoundingMode.CEILING)
                .longValue();
        return Optional.of(milli % MILLIS_PER_SECOND == 0 ? Long.toString(milli / MILLIS_PER_SECOND) : milli + "m");
    }
}
