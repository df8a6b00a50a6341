package dev.mayfly.runtime.docker.container;

import static dev.mayfly.runtime.docker.Answers.ENDED;
import static dev.mayfly.runtime.docker.Answers.NEVER;
import static dev.mayfly.runtime.docker.Answers.STARTED;
import static dev.mayfly.runtime.docker.Answers.inspect;
import static dev.mayfly.runtime.docker.Answers.labels;
import static dev.mayfly.runtime.docker.Answers.name;
import static dev.mayfly.runtime.docker.Answers.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine's clock was set while the operator ran. */
class EngineTimesTest {
    private static final Instant START = Instant.parse(STARTED);

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H"})
    void aReplicaThatJustStartedIsAvailableHoweverTheClockWasSet(Duration set) {
        var now = START.minus(set).plusSeconds(1);
        var times = new EngineTimes(() -> now.plus(set), () -> now);

        var replica = times.ours(running()).replica();

        assertThat(replica.startedAt()).contains(now.minusSeconds(1));
        assertThat(replica.available(Duration.ofSeconds(1), now)).isTrue();
        assertThat(replica.available(Duration.ofSeconds(2), now)).isFalse();
    }

    @Test
    void aClockThatWasNotSetChangesNothing() {
        var times = new EngineTimes(
                () -> START.plusSeconds(9), () -> START.plusSeconds(9).minusMillis(900));

        assertThat(times.ours(running())).isEqualTo(running());
        assertThat(times.engines(START)).isEqualTo(START);
    }

    @Test
    void aWaitSurvivesTheProcessInTheLabelByTheEnginesClock() {
        var ours = START;
        var times = new EngineTimes(() -> ours.plus(Duration.ofHours(1)), () -> ours);
        var next = START.plus(Duration.ofHours(1)); // of the operator that is started next

        assertThat(times.engines(ours.plusSeconds(10))).isEqualTo(next.plusSeconds(10));
    }

    /** The container is from before the clock was set back, and the operator was restarted after it. */
    @Test
    void aContainerFromTheFutureWaitsNoLongerThanItWouldHave() {
        var waiting = snapshot(state(false, 0, "", NEVER, NEVER));
        var wait = Duration.between(
                waiting.replica().since(), waiting.replica().history().notBefore());
        var now = waiting.replica().since().minus(Duration.ofHours(1));

        var ours = new EngineTimes(() -> now, () -> now).ours(waiting).replica();

        assertThat(ours.phase()).isEqualTo(Phase.CREATED);
        assertThat(ours.since()).isEqualTo(now);
        assertThat(ours.history().notBefore()).isEqualTo(now.plus(wait));
    }

    @Test
    void theDurationBetweenTwoTimesOfTheEngineStays() {
        var ended = snapshot(state(false, 1, "", STARTED, ENDED));
        var now = Instant.parse(ENDED).minus(Duration.ofHours(1));

        var ours = new EngineTimes(() -> now, () -> now).ours(ended).replica();

        assertThat(Duration.between(ours.startedAt().orElseThrow(), ours.since()))
                .isEqualTo(Duration.between(START, Instant.parse(ENDED)));
        assertThat(ours.health().served()).isEqualTo(ended.replica().health().served());
    }

    private static ContainerSnapshot running() {
        return snapshot(state(true, 0, "", STARTED, NEVER));
    }

    private static ContainerSnapshot snapshot(String state) {
        return inspect(name(), labels(), state).orElseThrow();
    }
}
