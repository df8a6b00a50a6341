package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "-5, 0s",
        "0, 0s",
        "4, 4s",
        "119, 119s",
        "120, 2m",
        "200, 3m20s",
        "600, 10m",
        "10799, 179m",
        "10800, 3h",
        "18420, 5h7m",
        "28800, 8h",
        "172800, 2d",
        "176400, 2d1h",
        "700000, 8d"
    })
    void isWrittenAsKubectlDoes(long seconds, String text) {
        assertThat(Durations.between(NOON, NOON.plusSeconds(seconds))).isEqualTo(text);
    }

    @Test
    void textThatIsNoTimeIsIgnored() {
        assertThat(Durations.instant("yesterday")).isEmpty();
        assertThat(Durations.instant(null)).isEmpty();
        assertThat(Durations.instant(NOON.toString())).contains(NOON);
    }
}
