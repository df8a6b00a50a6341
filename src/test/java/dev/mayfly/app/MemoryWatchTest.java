package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private final AtomicLong collections = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger ends = new AtomicInteger();
    private final MemoryWatch watch = new MemoryWatch(collections::get, nanos::get, ends::incrementAndGet);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void anOperatorThatOnlyCollectsGarbageEnds() {
        for (var look = 0; look < 5; look++) {
            pass(3_300);
        }
        assertThat(ends).hasValue(0);

        pass(3_300);
        assertThat(ends).hasValue(1);
    }

    @Test
    void aBurstOfWorkIsNoReason() {
        for (var look = 0; look < 100; look++) {
            pass(look % 6 == 0 ? 2_500 : 4_900);
        }
        assertThat(ends).hasValue(0);
    }

    /** Five seconds, of which so many milliseconds went into collections. */
    private void pass(long millis) {
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        collections.addAndGet(millis);
        watch.look();
    }
}
