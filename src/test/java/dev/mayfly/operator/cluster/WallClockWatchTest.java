package dev.mayfly.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The framework's timers go by the wall clock, which somebody may set. */
class WallClockWatchTest {
    private Instant steady = Instant.parse("2026-01-01T10:00:00Z");
    private Instant wall = steady;
    private final AtomicInteger wakes = new AtomicInteger();
    private final WallClockWatch watch = new WallClockWatch(() -> wall, () -> steady, wakes::incrementAndGet);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void aClockThatIsSetBackWakesAllResourcesOnce() {
        pass(Duration.ofSeconds(1));
        wall = wall.minus(Duration.ofHours(1));
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));

        assertThat(wakes).hasValue(1);
    }

    @Test
    void eachStepBackCountsAlsoBehindTheTimeOfTheStart() {
        wall = wall.plus(Duration.ofHours(2));
        pass(Duration.ofSeconds(1));
        wall = wall.minus(Duration.ofHours(1));
        pass(Duration.ofSeconds(1));
        wall = wall.minus(Duration.ofHours(1));
        pass(Duration.ofSeconds(1));

        assertThat(wakes).hasValue(2);
    }

    @Test
    void aClockThatGoesEvenlyOrIsSetForwardWakesNone() {
        pass(Duration.ofHours(1));
        wall = wall.plus(Duration.ofHours(1)).minus(Duration.ofMillis(300));
        pass(Duration.ofSeconds(1));

        assertThat(wakes).hasValue(0);
    }

    private void pass(Duration time) {
        steady = steady.plus(time);
        wall = wall.plus(time);
        watch.look();
    }
}
