package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private Instant wall = START;
    private long nanos = Long.MAX_VALUE - 10; // as System.nanoTime, it may overflow

    @Test
    void itShowsTheTimeOfTheStartPlusTheTimeThatPassedHoweverTheMachinesClockIsSet() {
        var clock = new SteadyClock(() -> wall, () -> nanos);
        assertThat(clock.instant()).isEqualTo(START);

        nanos += Duration.ofSeconds(5).toNanos();
        wall = START.plus(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(5));

        nanos += Duration.ofSeconds(5).toNanos();
        wall = START.minus(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(10));
    }

    @Test
    void theOneOfTheProcessGoesAsFastAsTheMonotonicClock() {
        var before = System.nanoTime();
        var begin = SteadyClock.system().instant();
        var after = System.nanoTime();
        await().until(() -> System.nanoTime() - after > Duration.ofMillis(200).toNanos());
        var end = SteadyClock.system().instant();

        assertThat(Duration.between(begin, end))
                .isBetween(
                        Duration.ofMillis(200),
                        Duration.ofNanos(System.nanoTime() - before).plusMillis(1));
    }
}
