package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Times that commands take and print. */
class TimesTest {

    @ParameterizedTest
    @CsvSource({"30s, 30", "1m30s, 90", "2h, 7200", "45, 45", "0, 0", "0s, 0"})
    void aTimeoutIsWrittenAsKubectlTakesIt(String text, long seconds) {
        assertThat(new Timeouts().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1s", "1d"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> new Timeouts().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("30s");
    }

    @ParameterizedTest
    @CsvSource({
        "-5, 0s",
        "0, 0s",
        "119, 119s",
        "120, 2m",
        "310, 5m10s",
        "3600, 60m",
        "10800, 3h",
        "11100, 3h5m",
        "36000, 10h",
        "172800, 2d"
    })
    void anAgeIsWrittenAsKubectlDoes(long seconds, String text) {
        var then = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(Ages.of(then, then.plusSeconds(seconds))).isEqualTo(text);
    }
}
