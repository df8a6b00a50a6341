package dev.mayfly.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JitterTest {
    private static final Duration TIME = Duration.ofSeconds(100);

    @Test
    void aTimeIsShorterOrLongerByUpToATenth() {
        var times = IntStream.range(0, 100).mapToObj(key -> Jitter.around(TIME, "web", key));

        assertThat(times)
                .allMatch(time -> time.toMillis() >= 90_000 && time.toMillis() <= 110_000)
                .anyMatch(time -> time.toMillis() < 92_000)
                .anyMatch(time -> time.toMillis() > 108_000);
        assertThat(Jitter.least(TIME)).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aTimeThatMustNotGrowIsShorterOnly() {
        var times = IntStream.range(0, 100).mapToObj(key -> Jitter.below(TIME, key));

        assertThat(times)
                .allMatch(time -> time.toMillis() >= 90_000 && time.toMillis() <= 100_000)
                .anyMatch(time -> time.toMillis() < 91_000)
                .anyMatch(time -> time.toMillis() > 99_000);
    }

    @Test
    void theSameKeyAlwaysYieldsTheSameTime() {
        assertThat(Jitter.around(TIME, "web", 1)).isEqualTo(Jitter.around(TIME, "web", 1));
    }
}
