package dev.mayfly.runtime.docker.image;

import dev.mayfly.core.model.Text;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/**
 * Where an image says that it comes from: its labels with the names of the OCI image specification's annotations, which builders
 * write as labels because the engine keeps no annotations.
 */
final class Provenance {
    private static final String NAMES = "org.opencontainers.image.";
    /** Foreign text that stands in every workload's status. */
    private static final int MOST_BYTES = 256;
    /** Reproducible builds say the epoch, some of them a little later. */
    private static final int NO_YEAR = 1970;

    private Provenance() {}

    /** Empty: it does not say. */
    static String source(Map<String, String> labels) {
        return bounded(labels.getOrDefault(NAMES + "source", ""));
    }

    /** Empty: it does not say. */
    static String vendor(Map<String, String> labels) {
        return bounded(labels.getOrDefault(NAMES + "vendor", ""));
    }

    /**
     * When it was made; empty: it does not say, or says 1970. Its label is asked second: an image has that of the one it was made
     * from, too.
     *
     * @param made as the image's configuration has it, in RFC 3339; null: it has none
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

    /** Without what a terminal would obey. */
    private static String bounded(String text) {
        var line = text.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return Text.atMostBytes(line, MOST_BYTES);
    }
}
