package dev.mayfly.runtime.docker;

import static dev.mayfly.runtime.docker.Answers.CREATED;
import static dev.mayfly.runtime.docker.Answers.ENDED;
import static dev.mayfly.runtime.docker.Answers.NEVER;
import static dev.mayfly.runtime.docker.Answers.STARTED;
import static dev.mayfly.runtime.docker.Answers.inspect;
import static dev.mayfly.runtime.docker.Answers.labels;
import static dev.mayfly.runtime.docker.Answers.name;
import static dev.mayfly.runtime.docker.Answers.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which ends are known, and which may have come with the end of the engine. */
class PlacedEndsTest {
    @Test
    void oneThatEndsWith255WhileTheEngineRunsFailed() {
        var own = inspect(name(), labels(), state(false, 255, "", STARTED, ENDED))
                .orElseThrow()
                .placed(Optional.of(Instant.parse(CREATED)), true)
                .replica();

        assertThat(own.outcome().excused()).isFalse();
        assertThat(own.outcome().failure()).contains(new Failure("Error", "PID 1 ended with exit code 255."));
        assertThat(own.outcome().exit()).contains(new Exit(255, ""));
    }

    @Test
    void whatEndedBeforeTheEngineBeganMayHaveEndedWithTheOneBefore() {
        for (var code : new int[] {0, 1, 137, 143, 255}) {
            var unknown = placed(code, Optional.of(Instant.parse(ENDED).plusMillis(1)), false);

            assertThat(unknown.outcome().excused()).isTrue();
            assertThat(unknown.outcome().exit()).isEmpty();
            assertThat(unknown.outcome().failure().orElseThrow().reason()).isEqualTo("EngineStopped");
        }
        assertThat(placed(143, Optional.of(Instant.parse(ENDED).plusMillis(1)), false)
                        .outcome()
                        .failure()
                        .orElseThrow()
                        .message())
                .contains("(exit code 143 (SIGTERM))");
    }

    /** The engine's start time is a later one if its clock was set back since. */
    @Test
    void anExitThatThisEngineReportedIsKnownHoweverItsClockWasSet() {
        for (var code : new int[] {0, 1, 137, 143, 255}) {
            var own = placed(code, Optional.of(Instant.parse(ENDED).plusSeconds(3600)), true);

            assertThat(own.outcome().excused()).isFalse();
            assertThat(own.outcome().exit().orElseThrow().code()).isEqualTo(code);
        }
    }

    @Test
    void anExitDuringThisEnginesRunIsKnownToALaterOperator() {
        for (var code : new int[] {0, 1, 137, 143}) {
            var known = placed(code, Optional.of(Instant.parse(CREATED)), false);

            assertThat(known.outcome().excused()).isFalse();
            assertThat(known.outcome().exit().orElseThrow().code()).isEqualTo(code);
        }
        assertThat(placed(255, Optional.of(Instant.parse(CREATED)), false)
                        .outcome()
                        .excused())
                .isTrue();
    }

    @Test
    void withoutTheEnginesStartTimeOnlyReportedExitsAreKnown() {
        assertThat(placed(0, Optional.empty(), true).outcome().excused()).isFalse();
        assertThat(placed(0, Optional.empty(), false).outcome().excused()).isTrue();
    }

    @Test
    void aFailedStartIsKnownUnlessTheEngineWasRestarted() {
        var never = inspect(name(), labels(), state(false, 127, "no such command", NEVER, ENDED))
                .orElseThrow();

        assertThat(never.placed(Optional.of(Instant.parse(CREATED)), false)).isEqualTo(never);
        assertThat(never.placed(Optional.of(Instant.parse(ENDED).plusMillis(1)), false)
                        .replica()
                        .outcome()
                        .excused())
                .isTrue();
    }

    private static Replica placed(int exitCode, Optional<Instant> engineBegan, boolean reported) {
        return inspect(name(), labels(), state(false, exitCode, "", STARTED, ENDED))
                .orElseThrow()
                .placed(engineBegan, reported)
                .replica();
    }
}
