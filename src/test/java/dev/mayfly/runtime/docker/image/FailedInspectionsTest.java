package dev.mayfly.runtime.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailedInspectionsTest {
    private static final String ID = "sha256:1";

    private Instant now = Samples.NOON;
    private final FailedInspections failures = new FailedInspections(() -> now);

    @Test
    void eachWaitIsTwiceAsLongAsTheOneBeforeUpToFiveMinutes() {
        assertThat(IntStream.range(0, 7).mapToObj(i -> failed().toSeconds()))
                .containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
    }

    @Test
    void whatLiesBackLongOrIsOverCountsNoMore() {
        failed();
        failures.over(ID);
        assertThat(failed()).isEqualTo(PullBackOff.KUBELETS.first());

        now = now.plus(PullBackOff.KUBELETS.longest().multipliedBy(2)).plusSeconds(1);
        assertThat(failed()).isEqualTo(PullBackOff.KUBELETS.first());
    }

    @Test
    void whyItFailedStandsUntilItIsOver() {
        failed();
        now = now.plus(Duration.ofMinutes(1));
        assertThat(failures.failure(ID))
                .get()
                .satisfies(why -> assertThat(why.message()).contains(ID, "no space left on device"));

        failures.over(ID);
        assertThat(failures.failure(ID)).isEmpty();
    }

    /** A try at the end of each wait. @return the next */
    private Duration failed() {
        failures.require(ID);
        var again = failures.unsaved(ID, "no space left on device").again().orElseThrow();
        var wait = Duration.between(now, again);
        now = again;
        return wait;
    }
}
