package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.BackOffPolicy;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {

    @ParameterizedTest(name = "{0} failures before, ran {1} s, excused {2}: {3} failures, waits {4} s")
    @CsvSource({
        "0, 0, false, 1, 0",
        "1, 0, false, 2, 10",
        "2, 0, false, 3, 20",
        "3, 9, false, 4, 40",
        "6, 0, false, 7, 300",
        "900, 0, false, 901, 300",
        "3, 10, false, 3, 0",
        "3, 599, false, 3, 0",
        "3, 600, false, 0, 0",
        "3, 2, true, 3, 0",
        "3, 600, true, 0, 0"
    })
    void theNextAttemptWaits(int before, int ran, boolean excused, int failures, int seconds) {
        var terminated = terminated(Phase.ENDED, before, Optional.of(Duration.ofSeconds(ran)), excused);

        assertThat(BackOff.after(terminated, Samples.DEFAULTS))
                .isEqualTo(new BackOff(failures, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest(name = "{0} that never started, {1} failures before: {2} failures, waits {3} s")
    @CsvSource({"FAILED, 1, 2, 10", "ENDED, 2, 3, 20", "LOST, 5, 0, 0"})
    void anAttemptThatNeverStartedIsAFailureUnlessSomebodyRemovedIt(
            Phase phase, int before, int failures, int seconds) {
        var terminated = terminated(phase, before, Optional.empty(), false);

        assertThat(BackOff.after(terminated, Samples.DEFAULTS))
                .isEqualTo(new BackOff(failures, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest(name = "factor {0}: the fourth failure waits {1} ms")
    @CsvSource({"1, 10000", "1.5, 22500", "3, 90000"})
    void theFactorMayBeAFraction(double factor, long millis) {
        var terminated = terminated(Phase.FAILED, 3, Optional.empty(), false);

        assertThat(BackOff.after(terminated, new BackOffPolicy(10, factor, 300, 10, 600))
                        .delay())
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest(name = "stable after 5 s: one that ran {0} s has {1} failures and waits {2} s")
    @CsvSource({"4, 2, 60", "5, 1, 0"})
    void howLongItMustBeReadyIsNotHowLongTheNextOneWaits(int ran, int failures, int seconds) {
        var terminated = terminated(Phase.ENDED, 1, Optional.of(Duration.ofSeconds(ran)), false);

        assertThat(BackOff.after(terminated, new BackOffPolicy(60, 2, 300, 5, 600)))
                .isEqualTo(new BackOff(failures, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest(name = "{0} failures before, its image again in {1} s: {0} failures, waits {2} s")
    @CsvSource({"0, 10, 10", "7, 10, 10", "3, -5, 0"})
    void waitingForAnImageIsNoFailureAndFollowsThePullsBackOff(int before, int again, int seconds) {
        var terminated = Samples.replica(0, Phase.PENDING)
                .withHistory(history -> history.withFailures(before))
                .awaitingImage(NOON.plusSeconds(again))
                .failed(Phase.FAILED, NOON, new Failure("ErrImagePull", ""));

        assertThat(BackOff.after(terminated, Samples.DEFAULTS))
                .isEqualTo(new BackOff(before, Duration.ofSeconds(seconds)));
    }

    private static Replica terminated(Phase phase, int failures, Optional<Duration> ran, boolean excused) {
        return Samples.replica(0, phase)
                .withHistory(history -> history.withFailures(failures))
                .withStartedAt(ran.map(NOON::minus))
                .withHealth(health -> health.withServed(ran.orElse(Duration.ZERO)))
                .withOutcome(outcome -> outcome.withExcused(excused));
    }
}
