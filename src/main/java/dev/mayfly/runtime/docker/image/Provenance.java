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
 *
 * @param created build time; empty if the image states none or states 1970
 * @param source location of the source code; empty if the image states none
 * @param vendor publisher; empty if the image states none
 */
public record Provenance(Optional<Instant> created, String source, String vendor) {
    static final Provenance NONE = new Provenance(Optional.empty(), "", "");

    private static final String NAMES = "org.opencontainers.image.";
    /** Limits untrusted text in every workload's status. */
    private static final int MOST_BYTES = 256;
    /** Reproducible builds set the start of Unix time, some of them a little later. */
    private static final int NO_YEAR = 1970;

    /**
     * The label for the build time is read second, because an image inherits it from its base image.
     *
     * @param made build time in the image's configuration, in RFC 3339; null if there is none
     */
    static Provenance of(String made, Map<String, String> labels) {
        return new Provenance(
                instant(made).or(() -> instant(labels.get(NAMES + "created"))),
                bounded(labels.getOrDefault(NAMES + "source", "")),
                bounded(labels.getOrDefault(NAMES + "vendor", "")));
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
