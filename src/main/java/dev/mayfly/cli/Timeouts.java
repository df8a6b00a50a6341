package dev.mayfly.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time as kubectl takes it: {@code 30s}, {@code 1m30s}, {@code 2h}, or seconds. */
public final class Timeouts implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            var unit = !text.isEmpty() && Character.isDigit(text.charAt(text.length() - 1)) ? "S" : "";
            var time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT) + unit);
            if (!time.isNegative()) {
                return time;
            }
        } catch (DateTimeParseException malformed) {
            // said below
        }
        throw new TypeConversionException("'" + Printable.of(text) + "' is no time: write it as 30s or 1m30s");
    }
}
