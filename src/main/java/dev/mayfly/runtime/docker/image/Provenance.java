package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Text;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * Provenance of an image from its labels with the names of the OCI image specification's annotations. Builders write
 * them as labels because the engine keeps no annotations.
 */
final class Provenance {
    private static final String NAMES = "org.opencontainers.image.";
    /** Limits untrusted text in every workload's status. */
    private static final int MOST_BYTES = 256;
    /** Reproducible builds set the start of Unix time, some of them a little later. */
    private static final int NO_YEAR = 1970;

    private Provenance() {}

    /** Empty if the image states none. */
    static String source(Map<String, String> labels) {
        return bounded(labels.getOrDefault(NAMES + "source", ""));
    }

    /** Empty if the image states none. */
    static String vendor(Map<String, String> labels) {
        return bounded(labels.getOrDefault(NAMES + "vendor", ""));
    }

    /**
     * Build time; empty if the image states none or states 1970. The label is read second, because an image inherits it
     * from its base image.
     *
     * @param made time in the image's configuration, in RFC 3339; null if there is none
     */
    static Optional<Instant> created(String made, Map<String, String> labels) {
        return instant(made).or(() -> instant(labels.get(NAMES + "created")));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.ofNullable(text)
                    .filter(given -> !given.isEmpty())
                    .map(given -> OffsetDateTime.parse(given).toInstant())
                    .filter(instant -> instant.atOffset(ZoneOffset.UTC).getYear() > NO_YEAR);
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    /** Removes characters that control a terminal, and limits the length. */
    private static String bounded(String text) {
        var line = text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return Text.atMostBytes(line, MOST_BYTES);
    }
}
