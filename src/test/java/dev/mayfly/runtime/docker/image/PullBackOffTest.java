package dev.mayfly.runtime.docker.image;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.runtime.docker.image.BackOffs.Wait;
import dev.mayfly.runtime.docker.image.PullBackOff.PullKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullBackOffTest {
    private static final PullKey KEY = new PullKey("team/app:1", List.of("anybody"));
    private static final Failure FAILURE = new Failure("ErrImagePull", "no");

    private final PullBackOff backOff = new PullBackOff();

    @Test
    void anImageThatNeverFailedIsPulledAtOnce() {
        assertThat(backOff.wait(KEY, NOON)).isEmpty();
    }

    @Test
    void theDelaysAreTheKubelets() {
        assertThat(delays(8)).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    }

    @Test
    void requestsDuringTheBackOffGetTheReasonAndItsEnd() {
        backOff.failed(KEY, FAILURE, NOON);

        assertThat(backOff.wait(KEY, NOON.plusMillis(9_999)))
                .contains(new Wait(FAILURE, 1, Duration.ofSeconds(10), NOON.plusSeconds(10)));
        assertThat(backOff.wait(KEY, NOON.plusSeconds(10))).isEmpty();
    }

    @Test
    void otherCredentialsWereNotRefusedYet() {
        backOff.failed(KEY, FAILURE, NOON);

        assertThat(backOff.wait(new PullKey("team/app:1", List.of("mine", "anybody")), NOON))
                .isEmpty();
    }

    @Test
    void onceItIsHereNothingWaitsAndTheNextFailureIsAFirstOne() {
        delays(5);

        backOff.over("team/app:1");

        assertThat(delays(1)).containsExactly(10L);
    }

    @Test
    void whatHasNotFailedForLongIsForgotten() {
        backOff.failed(KEY, FAILURE, NOON);
        var later = NOON.plusSeconds(10)
                .plus(PullBackOff.KUBELETS.longest().multipliedBy(2))
                .plusSeconds(1);

        assertThat(backOff.failed(KEY, FAILURE, later).delay()).isEqualTo(PullBackOff.KUBELETS.first());
    }

    /** Of failures one after the other, each as soon as it may be tried again; in seconds. */
    private List<Long> delays(int failures) {
        var delays = new ArrayList<Long>();
        Instant now = NOON;
        for (var i = 0; i < failures; i++) {
            var wait = backOff.failed(KEY, FAILURE, now);
            delays.add(wait.delay().toSeconds());
            now = wait.until();
        }
        return delays;
    }
}
