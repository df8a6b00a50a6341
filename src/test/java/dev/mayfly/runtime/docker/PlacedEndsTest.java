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

        assertThat(own.excused()).isFalse();
        assertThat(own.failure()).contains(new Failure("Error", "PID 1 ended with exit code 255."));
        assertThat(own.exit()).contains(new Exit(255, ""));
    }

    @Test
    void whatEndedBeforeTheEngineBeganMayHaveEndedWithTheOneBefore() {
        for (var code : new int[] {0, 1, 137, 143, 255}) {
            for (var told : new boolean[] {true, false}) {
                var unknown = placed(code, Optional.of(Instant.parse(ENDED).plusMillis(1)), told);

                assertThat(unknown.excused()).isTrue();
                assertThat(unknown.exit()).isEmpty();
                assertThat(unknown.failure().orElseThrow().reason()).isEqualTo("EngineStopped");
            }
        }
        assertThat(placed(143, Optional.of(Instant.parse(ENDED).plusMillis(1)), false)
                        .failure()
                        .orElseThrow()
                        .message())
                .contains("(exit code 143 (SIGTERM))");
    }

    @Test
    void whatEndedWhileThisEngineRanIsKnownToWhoeverComesLater() {
        for (var code : new int[] {0, 1, 137, 143}) {
            var known = placed(code, Optional.of(Instant.parse(CREATED)), false);

            assertThat(known.excused()).isFalse();
            assertThat(known.exit().orElseThrow().code()).isEqualTo(code);
        }
        assertThat(placed(255, Optional.of(Instant.parse(CREATED)), false).excused())
                .isTrue();
    }

    @Test
    void whereTheEngineDoesNotTellWhenItBeganOnlyWhatItToldIsKnown() {
        assertThat(placed(0, Optional.empty(), true).excused()).isFalse();
        assertThat(placed(0, Optional.empty(), false).excused()).isTrue();
    }

    @Test
    void whatCouldNotBeStartedAndWhoeverSawItIsKnownUnlessTheEngineIsAnother() {
        var never = inspect(name(), labels(), state(false, 127, "no such command", NEVER, ENDED))
                .orElseThrow();

        assertThat(never.placed(Optional.of(Instant.parse(CREATED)), false)).isEqualTo(never);
        assertThat(never.placed(Optional.of(Instant.parse(ENDED).plusMillis(1)), false)
                        .replica()
                        .excused())
                .isTrue();
    }

    private static Replica placed(int exitCode, Optional<Instant> engineBegan, boolean told) {
        return inspect(name(), labels(), state(false, exitCode, "", STARTED, ENDED))
                .orElseThrow()
                .placed(engineBegan, told)
                .replica();
    }
}
