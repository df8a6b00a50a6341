package dev.mayfly.operator.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus.ResultStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.loop.TaskStatuses.UnreportedTerminations;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusMemoryTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final StatusMemory<EphemeralTask, EphemeralTaskStatus> writes =
            new StatusMemory<>(EphemeralTask::getStatus, clock);
    private final UnreportedTerminations unreported = new UnreportedTerminations();

    @Test
    void theAnswerToAWriteIsKnownBeforeTheCacheSeesIt() {
        var read = task("9", 1);
        writes.begin(read, status(2));
        writes.written(status(2), task("10", 2));

        assertThat(writes.newest(task("9", 1)).getStatus()).isEqualTo(status(2));
        assertThat(writes.newest(task("11", 3)).getStatus()).isEqualTo(status(3));
    }

    @Test
    void aStatusBeingWrittenIsTheLatestButNotYetKnown() {
        var read = task("9", 1);
        writes.begin(read, status(2));

        assertThat(writes.underWay(read)).isTrue();
        assertThat(writes.latest(read)).isEqualTo(status(2));
        assertThat(writes.newest(read).getStatus()).isEqualTo(status(1));

        writes.written(status(2), task("10", 2));
        assertThat(writes.underWay(read)).isFalse();
    }

    @Test
    void aRefusedStatusIsForgottenAndEarlierAnswersAreKept() {
        var read = task("9", 1);
        writes.begin(read, status(2));
        writes.written(status(2), task("10", 2));
        writes.begin(read, status(3));
        writes.refused(read, status(3));

        assertThat(writes.underWay(read)).isFalse();
        assertThat(writes.latest(read)).isEqualTo(status(2));
        assertThat(writes.latest(writes.newest(read))).isEqualTo(status(2));
    }

    @Test
    void theAnswerToAnEarlierStatusDoesNotCompleteALaterOne() {
        var read = task("9", 1);
        writes.begin(read, status(2));
        writes.begin(read, status(3));
        writes.written(status(2), task("10", 2));

        assertThat(writes.underWay(read)).isTrue();
        assertThat(writes.latest(read)).isEqualTo(status(3));

        writes.refused(read, status(3));
        assertThat(writes.latest(read)).isEqualTo(status(2));
    }

    @Test
    void countsAreWrittenOnceASecond() {
        var read = task("9", 1);
        assertThat(writes.wait(read)).isEmpty();
        writes.begin(read, status(2));
        now = now.plusMillis(300);
        assertThat(writes.wait(read)).isEqualTo(Optional.of(Duration.ofMillis(700)));
        now = now.plusMillis(700);
        assertThat(writes.wait(read)).isEmpty();
    }

    @Test
    void anUnreportedTerminationIsInTheNextStatus() {
        var read = task("9", 1);
        var ends = List.of(new ResultStatus(0, 1, null, null, "EngineLost", null, null));
        unreported.remember(read, status(2).withResults(ends));

        assertThat(unreported.addTo(read, status(1))).isEqualTo(status(1).withResults(ends));
        assertThat(unreported.addTo(read, null).results()).isEqualTo(ends);
        unreported.forget(new OwnerId("EphemeralTask", "default", "hello", "u1"));
        assertThat(unreported.addTo(read, status(1))).isEqualTo(status(1));
        assertThat(unreported.addTo(read, null)).isNull();
    }

    private static EphemeralTask task(String version, int succeeded) {
        var task = new EphemeralTask();
        task.setMetadata(new ObjectMetaBuilder()
                .withName("hello")
                .withUid("u1")
                .withResourceVersion(version)
                .build());
        task.setStatus(status(succeeded));
        return task;
    }

    private static EphemeralTaskStatus status(int succeeded) {
        return EphemeralTaskStatusBuilder.builder().succeeded(succeeded).build();
    }
}
