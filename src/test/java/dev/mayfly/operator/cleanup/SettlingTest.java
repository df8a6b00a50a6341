package dev.mayfly.operator.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private static final List<String> NETWORK = List.of("network mayfly_c_shop");

    private final AtomicLong clock = new AtomicLong();
    private final Settling settling = new Settling(clock::get);

    @Test
    void whereNothingIsLeftNothingIsWaitedFor() {
        assertThat(settling.lookAgain("web", List.of())).isEmpty();
    }

    @Test
    void itLooksSoonThenLaterAndGivesUpAfterTenSeconds() {
        assertThat(settling.lookAgain("web", List.of("shim 1"))).contains(Duration.ofMillis(50));
        pass(Duration.ofSeconds(4));
        assertThat(settling.lookAgain("web", List.of("shim 1"))).contains(Duration.ofSeconds(4));
        pass(Duration.ofSeconds(6));
        assertThat(settling.lookAgain("web", List.of("shim 1"))).isEmpty();
    }

    @Test
    void aNetworkThatStaysDelaysNoLaterDeletion() {
        assertThat(settling.lookAgain("web", NETWORK)).isPresent();
        pass(Duration.ofSeconds(10));

        assertThat(settling.lookAgain("api", NETWORK)).isEmpty();
        assertThat(settling.lookAgain("job", List.of("shim 3", NETWORK.getFirst())))
                .contains(Duration.ofMillis(50));
    }

    @Test
    void whatIsLeftAnotherTimeIsWaitedForAgain() {
        assertThat(settling.lookAgain("web", NETWORK)).isPresent();
        pass(Duration.ofHours(2));

        assertThat(settling.lookAgain("api", NETWORK)).contains(Duration.ofMillis(50));
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
