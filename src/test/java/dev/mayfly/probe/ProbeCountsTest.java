package dev.mayfly.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.probe.Health.ProbeCounts;
import dev.mayfly.probe.Health.ProbeCounts.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code +} and {@code -} are answers; {@code S}, {@code F} and {@code O} the state after each. */
class ProbeCountsTest {

    @ParameterizedTest(name = "from {0}, {1} successes or {2} failures in a row: {3} means {4}")
    @CsvSource({
        // from, successThreshold, failureThreshold, answers, states
        "FAILURE, 1, 3, +,        S",
        "FAILURE, 2, 3, ++,       FS",
        "FAILURE, 3, 1, ++-+++,   FFFFFS",
        "FAILURE, 1, 3, ---,      FFF",
        "SUCCESS, 1, 3, ---,      SSF",
        "SUCCESS, 1, 3, --+---,   SSSSSF",
        "SUCCESS, 1, 1, -+-,      FSF",
        "SUCCESS, 2, 2, --+-++,   SFFFFS",
        "SUCCESS, 1, 3, +++---+,  SSSSSFS",
        "OPEN,    1, 3, --+,      OOS",
        "OPEN,    1, 3, ---,      OOF",
        "OPEN,    1, 1, -,        F"
    })
    void answersAreCountedAsByTheKubelet(State from, int successes, int failures, String answers, String states) {
        assertThat(states(ProbeCounts.initially(from), successes, failures, answers))
                .isEqualTo(states);
    }

    @ParameterizedTest(name = "{0} successes or {1} failures in a row: {2} means {3}")
    @CsvSource({"3, 3, +---,  SSSF", "3, 3, -+++,  FFFS", "1, 3, +--+,  SSSS", "1, 3, -+--,  FSSS"})
    void theFirstAnswerCountsAtOnceIfConfigured(int successes, int failures, String answers, String states) {
        assertThat(states(ProbeCounts.byFirstAnswer(), successes, failures, answers))
                .isEqualTo(states);
    }

    private static String states(ProbeCounts from, int successes, int failures, String answers) {
        var probe = Sample.probe(successes, failures);
        var states = new StringBuilder();
        var verdict = from;
        for (var answer : answers.toCharArray()) {
            verdict = verdict.after(probe, answer == '+');
            states.append(verdict.state().name().charAt(0));
        }
        return states.toString();
    }
}
