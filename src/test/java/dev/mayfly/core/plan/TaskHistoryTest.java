package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.plan.TaskFixture.complete;
import static dev.mayfly.core.plan.TaskFixture.counts;
import static dev.mayfly.core.plan.TaskFixture.excused;
import static dev.mayfly.core.plan.TaskFixture.exited;
import static dev.mayfly.core.plan.TaskFixture.failed;
import static dev.mayfly.core.plan.TaskFixture.running;
import static dev.mayfly.core.plan.TaskFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Batch.Cleanup;
import dev.mayfly.core.model.Batch.TaskCounts;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TaskHistoryTest {
    private static final Instant EARLIER = NOON.minusSeconds(60);
    /** Two successes, two failures of an index that is retried, one unknown outcome. */
    private static final Replica[] ATTEMPTS = {
        exited(0, 1, 0, EARLIER),
        exited(1, 1, 0, NOON.minusSeconds(30)),
        exited(2, 1, 1, EARLIER.minusSeconds(1)),
        exited(2, 2, 1, NOON.minusSeconds(40)),
        waiting(2, 3, NOON.plusSeconds(9)),
        excused(3, 1),
        running(3, 2, NOON)
    };

    private static final TaskCounts SO_FAR = counts("0-1", 2, Map.of(2, 2));

    static Arguments[] policies() {
        return new Arguments[] {
            Arguments.of(Cleanup.Always, 9, SO_FAR, List.of("0/1", "1/1", "2/1", "2/2", "3/1")),
            Arguments.of(Cleanup.OnSuccess, 9, SO_FAR, List.of("0/1", "1/1", "3/1")),
            Arguments.of(Cleanup.OnSuccess, 1, SO_FAR, List.of("0/1", "1/1", "2/1", "3/1")),
            Arguments.of(Cleanup.OnSuccess, 0, SO_FAR, List.of("0/1", "1/1", "2/1", "2/2", "3/1")),
            Arguments.of(Cleanup.Never, 9, SO_FAR, List.of()),
            Arguments.of(Cleanup.Never, 2, SO_FAR, List.of("0/1", "2/1", "2/2")),
            Arguments.of(Cleanup.OnSuccess, 1, failed("0-1"), List.of("0/1", "1/1", "2/1", "2/3", "3/1", "3/2")),
            Arguments.of(
                    Cleanup.OnSuccess, 9, complete("0-3"), List.of("0/1", "1/1", "2/1", "2/2", "2/3", "3/1", "3/2")),
            Arguments.of(Cleanup.Never, 2, complete("0-3"), List.of("0/1", "2/1", "2/2", "2/3", "3/2")),
        };
    }

    @ParameterizedTest(name = "{0}, {1} kept: {3} go")
    @MethodSource("policies")
    void theLatestContainersKeptByThePolicyStay(Cleanup policy, int limit, TaskCounts recorded, List<String> gone) {
        var fixture = TaskFixture.of(4, 2)
                .cleanup(policy)
                .terminatedHistoryLimit(limit)
                .recorded(recorded);

        assertThat(fixture.with(ATTEMPTS).removed()).containsExactlyInAnyOrderElementsOf(gone);
    }

    @ParameterizedTest
    @EnumSource(Cleanup.class)
    void noTerminatedContainerIsRemovedBeforeItIsRecorded(Cleanup policy) {
        var fixture = TaskFixture.of(4, 2).cleanup(policy).terminatedHistoryLimit(0);
        fixture.batch(b -> b.withCounted(SO_FAR)).with(ATTEMPTS);

        assertThat(fixture.removed()).containsExactly("3/1"); // its outcome is not known
    }

    @Test
    void aFailedAttemptStaysUntilItsSuccessorExists() {
        var recorded = counts("", 1, Map.of(0, 1));
        var fixture =
                TaskFixture.of(3, 1).cleanup(Cleanup.Always).recorded(recorded).with(exited(0, 1, 1));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.with(Samples.replica(0, 2, "v1", Phase.PENDING)).removed())
                .isEmpty();
        assertThat(fixture.with(waiting(0, 2, NOON)).removed()).containsExactly("0/1");
        var starts = Samples.replica(0, 2, "v1", Phase.PENDING).withImage("sha256:1");
        assertThat(fixture.with(starts).removed()).containsExactly("0/1");
    }

    @Test
    void terminatedContainersAreRemovedAsHistory() {
        var fixture = TaskFixture.of(3, 1).recorded(counts("0", 0, Map.of())).with(exited(0, 1, 0));

        assertThat(fixture.plan().removals()).extracting(Removal::cause).containsExactly(Cause.HISTORY);
    }
}
