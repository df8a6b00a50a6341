package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Termination.Exit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {

    @Test
    void anAttemptThatEndedWellShowsItsOutput() {
        var terminated =
                exited(3, 1, 0, NOON.plusMillis(1500)).withOutcome(outcome -> outcome.withOutput("Hello Docker"));

        assertThat(results(null, terminated))
                .containsExactly(new ResultStatus(3, 1, 0, null, "Completed", "2026-01-01T12:00:01Z", "Hello Docker"));
        assertThat(results(null, terminated.withOutcome(outcome -> outcome.withOutput(""))))
                .extracting(ResultStatus::message)
                .containsOnlyNulls();
    }

    @Test
    void aFailedAttemptShowsItsOutputOrTheKnownReason() {
        var terminated =
                exited(0, 2, 137, NOON).withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(137, "SIGKILL"))));

        assertThat(results(null, terminated))
                .containsExactly(
                        new ResultStatus(0, 2, 137, "SIGKILL", "Error", NOON.toString(), "ended with exit code 137"));
        assertThat(results(null, terminated.withOutcome(outcome -> outcome.withOutput("no such file"))))
                .extracting(ResultStatus::message)
                .containsExactly("no such file");
    }

    @Test
    void anAttemptWithUnknownOutcomeIsLost() {
        var excused = ran(0).failed(Phase.ENDED, NOON, new Failure("EngineStopped", ""))
                .withOutcome(outcome -> outcome.withExcused(true));
        var vanished = ran(1).failed(Phase.LOST, NOON, new Failure("Removed", "gone"));

        assertThat(results(null, excused, vanished))
                .extracting(ResultStatus::reason)
                .containsExactly("EngineLost", "EngineLost");
    }

    @Test
    void anAttemptOverALimitReportsTheLimit() {
        var excess = new Failure("WritableLayerOverLimit", "It wrote too much.");
        var terminated =
                ran(0).withWrites(new Writes(true, Optional.of(excess))).failed(Phase.LOST, NOON, Writes.REPLACED);

        assertThat(results(null, terminated))
                .extracting(ResultStatus::reason, ResultStatus::message)
                .containsExactly(tuple("WritableLayerOverLimit", "It wrote too much."));
    }

    @Test
    void anAttemptThatNeverRanHasNoResult() {
        var unmade = replica(0, Phase.PENDING).failed(Phase.FAILED, NOON, new Failure("ErrImagePull", ""));
        var removed = replica(1, Phase.CREATED).failed(Phase.LOST, NOON, new Failure("Removed", ""));

        assertThat(results(null, unmade, removed, replica(2, Phase.RUNNING))).isNull();
    }

    @Test
    void aResultStaysAfterItsContainerIsGone() {
        var before = results(null, exited(0, 1, 0, NOON).withOutcome(outcome -> outcome.withOutput("one")));

        assertThat(results(
                        before, exited(1, 1, 0, NOON.plusSeconds(1)).withOutcome(outcome -> outcome.withOutput("two"))))
                .extracting(ResultStatus::message)
                .containsExactly("two", "one");
    }

    @Test
    void aKnownExitCodeIsKept() {
        var terminated = exited(0, 1, 255, NOON);
        var before = results(null, terminated);

        assertThat(results(
                        before,
                        terminated.withOutcome(
                                outcome -> outcome.withExcused(true).withExit(Optional.empty()))))
                .isEqualTo(before);
    }

    @Test
    void anotherAttemptOfTheSameNumberReplacesALostOne() {
        var before = results(null, ran(0).failed(Phase.LOST, NOON, new Failure("Removed", "gone")));

        assertThat(results(before, exited(0, 1, 0, NOON.plusSeconds(9))))
                .extracting(ResultStatus::reason)
                .containsExactly("Completed");
    }

    @Test
    void theLatestTwentyAreListed() {
        var all = new Replica[30];
        for (var index = 0; index < 30; index++) {
            all[index] = exited(index, 1, 0, NOON.plusSeconds(index));
        }

        var results = results(results(null, all), all);
        assertThat(results).hasSize(20);
        assertThat(results.getFirst().index()).isEqualTo(29);
        assertThat(results.getLast().index()).isEqualTo(10);
    }

    @Test
    void aLongMessageIsCutToItsEnd() {
        var message = results(
                        null,
                        exited(0, 1, 0, NOON).withOutcome(outcome -> outcome.withOutput("€".repeat(1000) + "end")))
                .getFirst()
                .message();

        assertThat(message).endsWith("€end").doesNotContain("\uFFFD");
        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(2046, 2048);
    }

    @Test
    void beyondTheTotalSizeOlderResultsHaveNoMessage() {
        var all = new Replica[12];
        for (var index = 0; index < 12; index++) {
            all[index] = exited(index, 1, 0, NOON.plusSeconds(index))
                    .withOutcome(outcome -> outcome.withOutput("x".repeat(2000)));
        }

        var results = results(null, all);
        assertThat(results).hasSize(12);
        assertThat(results.subList(0, 8)).extracting(ResultStatus::message).doesNotContainNull();
        assertThat(results.subList(8, 12)).extracting(ResultStatus::message).containsOnlyNulls();
        assertThat(results(results, all)).isEqualTo(results);
    }

    private static List<ResultStatus> results(List<ResultStatus> previous, Replica... replicas) {
        var observed = Observed.none(Samples.WEB, NOON);
        for (var replica : replicas) {
            observed = observed.with(replica);
        }
        return Results.of(previous, observed);
    }

    private static Replica ran(int index) {
        return replica(index, Phase.PENDING).in(Phase.RUNNING, NOON.minusSeconds(1));
    }

    private static Replica exited(int index, int attempt, int code, Instant at) {
        return replica(index, attempt, "v1", Phase.PENDING)
                .in(Phase.RUNNING, NOON.minusSeconds(1))
                .failed(Phase.ENDED, at, new Failure("Error", "ended with exit code " + code))
                .withOutcome(outcome -> outcome.withExit(Optional.of(new Exit(code, ""))));
    }
}
