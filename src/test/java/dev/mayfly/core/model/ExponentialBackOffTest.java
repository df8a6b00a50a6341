package dev.mayfly.core.model;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExponentialBackOffTest {
    private static final ExponentialBackOff BACK_OFF =
            new ExponentialBackOff(Duration.ofSeconds(10), 2, Duration.ofSeconds(300));

    @Test
    void eachWaitIsTwiceAsLongUpToTheLongest() {
        assertThat(IntStream.rangeClosed(1, 8).mapToObj(BACK_OFF::delay).map(Duration::toSeconds))
                .containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    }

    @Test
    void anyNumberOfFailuresIsBorne() {
        assertThat(BACK_OFF.delay(Integer.MAX_VALUE)).isEqualTo(BACK_OFF.longest());
    }

    @Test
    void aFactorOfOneWaitsEquallyLong() {
        var steady = new ExponentialBackOff(Duration.ofSeconds(5), 1, Duration.ofSeconds(300));

        assertThat(steady.delay(7)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void manyWhoFailedTogetherDoNotRetryTogether() {
        var delays = IntStream.range(0, 100)
                .mapToObj(key -> BACK_OFF.delay(7, "replica-" + key))
                .collect(Collectors.toSet());

        assertThat(delays)
                .hasSizeGreaterThan(90)
                .allMatch(delay -> delay.toSeconds() >= 270 && delay.compareTo(BACK_OFF.longest()) <= 0);
    }

    @Test
    void aFailureLongAfterTheLastWaitIsAFirstOne() {
        assertThat(BACK_OFF.resets(NOON, NOON.plusSeconds(600))).isFalse();
        assertThat(BACK_OFF.resets(NOON, NOON.plusSeconds(601))).isTrue();
    }
}
