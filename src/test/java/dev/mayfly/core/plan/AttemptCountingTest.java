package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.core.plan.TaskFixture.counts;
import static dev.mayfly.core.plan.TaskFixture.excused;
import static dev.mayfly.core.plan.TaskFixture.exited;
import static dev.mayfly.core.plan.TaskFixture.running;
import static dev.mayfly.core.plan.TaskFixture.unmade;
import static dev.mayfly.core.plan.TaskFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Batch.TaskCounts.Verdict;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import dev.mayfly.core.model.Replica.Writes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptCountingTest {
    private static final Failure UNHEALTHY_PROBE = new Failure("Unhealthy", "");

    static Arguments[] attempts() {
        return new Arguments[] {
            Arguments.of("ended with 0", exited(0, 1, 0), "0", 0),
            Arguments.of("ended with 3", exited(0, 1, 3), "", 1),
            Arguments.of(
                    "ended with 0, then its container went", exited(0, 1, 0).in(Phase.LOST, NOON), "0", 0),
            Arguments.of(
                    "ended with 3, then its container went", exited(0, 1, 3).in(Phase.LOST, NOON), "", 1),
            Arguments.of("could not be started", replica(0, Phase.ENDED), "", 1),
            Arguments.of("ended with the engine", excused(0, 1), "", 0),
            Arguments.of("went while it ran", running(0).in(Phase.LOST, NOON), "", 0),
            Arguments.of("went while it waited", waiting(0, 1, NOON).in(Phase.LOST, NOON), "", 0),
            Arguments.of("could not be made", unmade(0), "", 0),
            Arguments.of("replaced as unhealthy", unhealthy(), "", 1),
            Arguments.of("went with its Pod", withoutPod(), "", 0),
            Arguments.of("replaced for what it wrote", running(0).failed(Phase.LOST, NOON, Writes.REPLACED), "", 1),
            Arguments.of(
                    "unhealthy, and ended well by itself",
                    exited(0, 1, 0).withHealth(health -> health.withUnhealthy(Optional.of(UNHEALTHY_PROBE))),
                    "0",
                    0),
            Arguments.of("still runs", running(0), "", 0),
            Arguments.of("waits", waiting(0, 1, NOON), "", 0),
            Arguments.of("is beyond the completions", exited(7, 1, 0), "", 0),
            Arguments.of("fails beyond the completions", exited(7, 1, 1), "", 0),
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attempts")
    void anAttemptIsCountedByWhatIsKnownAboutIt(String what, Replica attempt, String completed, int failed) {
        var counts = TaskFixture.of(3, 1).with(attempt).counted();

        assertThat(counts.completed()).hasToString(completed);
        assertThat(counts.failed()).isEqualTo(failed);
        assertThat(counts.failedAttempts()).isEqualTo(failed == 0 ? Map.of() : Map.of(0, 1));
    }

    @Test
    void noAttemptIsCountedTwice() {
        var fixture = TaskFixture.of(3, 3).with(exited(0, 1, 0), exited(1, 1, 1), exited(1, 2, 1));
        var once = fixture.counted();

        assertThat(once).isEqualTo(counts("0", 2, Map.of(1, 2)));
        assertThat(fixture.batch(batch -> batch.withCounted(once)).counted()).isEqualTo(once);
    }

    @Test
    void aLaterFailureOfAnIndexIsCountedToo() {
        var fixture = TaskFixture.of(3, 3).batch(b -> b.withCounted(counts("", 1, Map.of(1, 1))));

        assertThat(fixture.with(exited(1, 1, 1), exited(1, 2, 1)).counted()).isEqualTo(counts("", 2, Map.of(1, 2)));
    }

    @Test
    void failedAttemptsOfACompletedIndexAreForgotten() {
        var fixture = TaskFixture.of(3, 3).batch(b -> b.withCounted(counts("", 1, Map.of(1, 1))));

        assertThat(fixture.with(exited(1, 1, 1), exited(1, 2, 0)).counted()).isEqualTo(counts("1", 1, Map.of()));
    }

    @Test
    void aTaskIsCompleteWithItsLastIndex() {
        var counted =
                TaskFixture.of(2, 1).with(exited(0, 1, 0), exited(1, 1, 0)).counted();

        assertThat(counted.verdict())
                .contains(new Verdict(true, "CompletionsReached", "All 2 completions are reached."));
    }

    @Test
    void aTaskWithoutCompletionsIsComplete() {
        assertThat(TaskFixture.of(0, 1).counted().verdict())
                .map(Verdict::complete)
                .contains(true);
    }

    @Test
    void oneFailureBeyondTheLimitFailsTheTask() {
        var fixture = TaskFixture.of(2, 2).batch(b -> b.withBackoffLimit(1));

        assertThat(fixture.with(exited(0, 1, 1)).counted().verdict()).isEmpty();
        assertThat(fixture.with(exited(1, 1, 1)).counted().verdict()).hasValueSatisfying(verdict -> {
            assertThat(verdict.complete()).isFalse();
            assertThat(verdict.reason()).isEqualTo("BackoffLimitExceeded");
        });
    }

    @Test
    void completionWinsOverFailedAttempts() {
        var fixture = TaskFixture.of(1, 1).batch(b -> b.withBackoffLimit(0));

        assertThat(fixture.with(exited(0, 1, 1), exited(0, 2, 0)).counted().verdict())
                .map(Verdict::complete)
                .contains(true);
    }

    @Test
    void aTaskThatIsNotCompleteByItsDeadlineHasFailed() {
        var fixture = TaskFixture.of(1, 1).batch(b -> b.withDeadline(Optional.of(NOON.plusSeconds(5))));

        assertThat(fixture.counted().verdict()).isEmpty();
        assertThat(fixture.after(Duration.ofSeconds(5)).counted().verdict())
                .map(Verdict::reason)
                .contains("DeadlineExceeded");
        assertThat(fixture.with(exited(0, 1, 0)).counted().verdict())
                .map(Verdict::reason)
                .contains("CompletionsReached");
    }

    @Test
    void afterTheVerdictNothingIsCounted() {
        var ended = TaskFixture.failed("0");
        var fixture = TaskFixture.of(3, 3).batch(b -> b.withCounted(ended));

        assertThat(fixture.with(exited(1, 1, 0), exited(2, 1, 1)).counted()).isSameAs(ended);
        assertThat(ended).isNotEqualTo(TaskCounts.NONE);
    }

    private static Replica withoutPod() {
        return running(0).failed(Phase.LOST, NOON, Outcome.POD_DELETED).withOutcome(o -> o.withExcused(true));
    }

    private static Replica unhealthy() {
        return running(0)
                .withHealth(health -> health.withUnhealthy(Optional.of(UNHEALTHY_PROBE)))
                .failed(Phase.LOST, NOON, UNHEALTHY_PROBE);
    }
}
