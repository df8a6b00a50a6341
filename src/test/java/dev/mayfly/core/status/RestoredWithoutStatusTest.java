package dev.mayfly.core.status;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.desired;
import static dev.mayfly.core.model.Samples.observed;
import static dev.mayfly.core.status.RolloutFixture.failing;
import static dev.mayfly.core.status.RolloutFixture.rollingBack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatusBuilder;
import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatusBuilder;
import dev.mayfly.core.model.Batch;
import dev.mayfly.core.model.Batch.Cleanup;
import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Desired.OnFailure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.plan.Planner;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Facts that only the status remembers, and the behaviour without it. A restored resource has a new UID, so that no container on
 * the engine is its own: nothing but the status can tell.
 */
class RestoredWithoutStatusTest {
    private static final int WINDOW = 10;

    @Test
    void abandonedSlotsAreFilledAgain() {
        var status = EphemeralWorkloadStatusBuilder.builder()
                .updateRevision("v1")
                .abandonedSlots("0,2")
                .build();

        var with = RolloutState.of(status, desired(3), NOON);
        var without = RolloutState.of(null, desired(3), NOON);

        assertThat(Planner.plan(with, observed(), WINDOW).launches())
                .extracting(launch -> launch.id().slot())
                .containsExactly(1);
        assertThat(Planner.plan(without, observed(), WINDOW).launches())
                .as("one at first, in the lowest slot")
                .extracting(launch -> launch.id().slot())
                .containsExactly(0);
    }

    @Test
    void aRevisionThatWasRolledBackIsTriedAgain() {
        var status = failing(OnFailure.Rollback, 60);
        assertThat(status.rolledBackTo()).isEqualTo("v1");

        var with = RolloutState.of(status, rollingBack("v2"), NOON);
        var without = RolloutState.of(null, rollingBack("v2"), NOON);

        assertThat(with.revision()).isEqualTo("v1");
        assertThat(without.revision()).isEqualTo("v2");
        assertThat(without.rollout().stalled()).isFalse();
    }

    /** The ControllerRevisions belong to the old UID, and go with it. */
    @Test
    void withTheStatusButWithoutTheEarlierTemplatesTheRevisionThatWasRolledBackRuns() {
        var status = failing(OnFailure.Rollback, 60);

        var desired = RolloutState.of(status, rollingBack("v2").withEarlier(Map.of()), NOON);

        assertThat(Planner.plan(desired, observed(), WINDOW).launches())
                .extracting(Launch::revision)
                .containsOnly("v2");
    }

    @Test
    void completedIndexesRunAgain() {
        var status =
                EphemeralTaskStatusBuilder.builder().completedIndexes("0-1").build();

        assertThat(Planner.plan(task(status), observed(), WINDOW).launches())
                .extracting(launch -> launch.id().slot())
                .containsExactly(2);
        assertThat(Planner.plan(task(null), observed(), WINDOW).launches())
                .extracting(launch -> launch.id().slot())
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    private static Desired task(EphemeralTaskStatus status) {
        var counts = TaskMemory.counts(status);
        var left = 3 - counts.completed().size();
        return desired(left)
                .withBatch(Optional.of(new Batch(3, 3, 1, Optional.empty(), Cleanup.OnSuccess, counts, counts)));
    }
}
