package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A partition keeps an exact number of replicas on the stable revision. */
class PartitionTest {

    @Test
    void theRolloutEndsWhereThePartitionBegins() {
        var fixture = partitioned(4, 2)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.plan().isEmpty()).isTrue();
        assertThat(fixture.plan().requeueAfter()).isEmpty();
    }

    @Test
    void onlyReplicasBeyondThePartitionAreRemoved() {
        var fixture = partitioned(4, 2)
                .budget(4, 4)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(4, 7, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.removed()).hasSize(2).allMatch(slot -> slot < 4);
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void thePartitionLimitsTheNewRevision() {
        var fixture =
                partitioned(4, 2).budget(2, 1).with(0, 2, "v1", Phase.RUNNING).with(replica(3, 1, "v2", Phase.RUNNING));

        assertThat(fixture.launched()).containsExactly("4/1 v2");
    }

    @Test
    void aPartitionOfAllReplicasLaunchesNothing() {
        assertThat(partitioned(2, 9).with(0, 1, "v1", Phase.RUNNING).plan().isEmpty())
                .isTrue();
    }

    @Test
    void replicasOfThePartitionAreHealedFromTheStableRevision() {
        var fixture = partitioned(2, 1).with(replica(0, Phase.ENDED), replica(1, 1, "v2", Phase.RUNNING));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("0/2 v1");
    }

    @Test
    void replicasNeitherStableNorNewestAreRemoved() {
        var fixture = PlanFixture.wanting(3)
                .revision("v3", "v1", "v2")
                .budget(1, 1)
                .partition(1, "v1")
                .with(replica(0, Phase.RUNNING), replica(1, 1, "v2", Phase.RUNNING))
                .with(2, 3, "v3", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.removed()).containsExactly(1);
    }

    @Test
    void aRaisedPartitionBringsTheStableRevisionBack() {
        var fixture = partitioned(4, 3)
                .budget(1, 0)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("4/1 v1");
        assertThat(fixture.with(replica(4, 1, "v1", Phase.RUNNING)).removed())
                .hasSize(1)
                .allMatch(slot -> slot == 2 || slot == 3);
    }

    @Test
    void theLastNewReplicaStaysUntilTheStableOnesAreReady() {
        var fixture = partitioned(4, 4)
                .with(replica(0, Phase.RUNNING), replica(2, Phase.RUNNING), replica(4, 1, "v2", Phase.RUNNING))
                .with(replica(1, Phase.PENDING), replica(3, Phase.PENDING))
                .after(Duration.ofMinutes(1));

        assertThat(fixture.plan().isEmpty()).as("three must be ready, and are").isTrue();
        assertThat(fixture.with(replica(1, Phase.RUNNING), replica(3, Phase.RUNNING))
                        .removed())
                .containsExactly(4);
    }

    @Test
    void scalingUpKeepsThePartition() {
        assertThat(partitioned(6, 2)
                        .with(0, 1, "v1", Phase.RUNNING)
                        .with(2, 3, "v2", Phase.RUNNING)
                        .launched())
                .containsExactly("4/1 v2", "5/1 v2");
        assertThat(partitioned(4, 2).launched()).containsExactly("0/1 v1", "1/1 v2");
    }

    @Test
    void scalingDownKeepsThePartition() {
        var fixture =
                partitioned(3, 2).budget(4, 4).with(0, 1, "v1", Phase.RUNNING).with(2, 3, "v2", Phase.RUNNING);

        assertThat(fixture.removed()).containsExactly(3);
    }

    @Test
    void scalingDownBelowThePartitionLeavesOnlyTheStableRevision() {
        var fixture =
                partitioned(1, 2).budget(0, 1).with(0, 1, "v1", Phase.RUNNING).with(2, 3, "v2", Phase.RUNNING);

        assertThat(fixture.removed()).hasSize(3).contains(2, 3);
    }

    @Test
    void aStableRevisionWhoseTemplateIsForgottenKeepsItsReplicas() {
        var forgotten = PlanFixture.wanting(4).revision("v2").partition(2, "v1").budget(1, 1);

        assertThat(forgotten
                        .with(0, 0, "v1", Phase.RUNNING)
                        .with(1, 2, "v2", Phase.RUNNING)
                        .after(Duration.ofMinutes(1))
                        .removed())
                .isEmpty();
        assertThat(forgotten.launched()).containsExactly("3/1 v2");
    }

    @Test
    void abandonedSlotsOfTheStableRevisionCostTheNewestNoPlace() {
        var fixture = partitioned(4, 2)
                .abandoned(0, 1)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void abandonedSlotsOfTheNewestRevisionCostTheStableOneNoPlace() {
        var fixture = partitioned(4, 2)
                .abandoned(3)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(replica(2, 1, "v2", Phase.RUNNING))
                .after(Duration.ofMinutes(1));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void withoutAStableRevisionThereIsNoPartition() {
        var fixture = PlanFixture.wanting(2).partition(1, "");

        assertThat(fixture.with(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON))
                        .launched())
                .containsExactly("1/1 v1");
    }

    private static PlanFixture partitioned(int replicas, int stay) {
        return PlanFixture.wanting(replicas).revision("v2", "v1").budget(1, 1).partition(stay, "v1");
    }
}
