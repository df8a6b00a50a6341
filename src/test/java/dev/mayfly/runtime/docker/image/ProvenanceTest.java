package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.docker.image.LocalImage.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvenanceTest {

    @ParameterizedTest(name = "{0}, label {1}: {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "2024-05-01T10:00:00.123Z,  none,                      2024-05-01T10:00:00.123Z",
                "2024-05-01T10:00:00Z,      2020-01-01T00:00:00Z,      2024-05-01T10:00:00Z",
                "2024-05-01T10:00:00+02:00, none,                      2024-05-01T08:00:00Z",
                "1970-01-01T00:00:00Z,      2020-01-01T00:00:00Z,      2020-01-01T00:00:00Z",
                "1970-01-01T00:00:01Z,      none,                      none",
                "0001-01-01T00:00:00Z,      none,                      none",
                "none,                      1970-01-01T00:00:00Z,      none",
                "none,                      yesterday,                 none",
                "'',                        '',                        none",
                "none,                      none,                      none"
            })
    void nineteenSeventyIsNoDate(String made, String label, Instant created) {
        var labels = label == null ? Map.<String, String>of() : Map.of("org.opencontainers.image.created", label);

        assertThat(Provenance.of(made, labels).created()).isEqualTo(Optional.ofNullable(created));
    }

    @Test
    void whoPublishesItIsOneShortLine() {
        var labels = Map.of(
                "org.opencontainers.image.source",
                "https://example.com/a\u001b[31m\n\u202eb ",
                "org.opencontainers.image.vendor",
                "ä".repeat(300));

        var provenance = Provenance.of(null, labels);

        assertThat(provenance.source()).isEqualTo("https://example.com/a[31mb");
        assertThat(provenance.vendor().getBytes(StandardCharsets.UTF_8)).hasSize(256);
        assertThat(Provenance.of(null, Map.of("org.opencontainers.image.vendor", "a" + "ä".repeat(300)))
                        .vendor())
                .isEqualTo("a" + "ä".repeat(127));
        assertThat(Provenance.of(null, Map.of())).isEqualTo(Provenance.NONE);
    }
}
