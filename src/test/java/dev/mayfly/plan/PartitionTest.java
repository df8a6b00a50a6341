package dev.mayfly.plan;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** So many replicas stay on the stable revision, exactly. */
class PartitionTest {

    @Test
    void theRolloutEndsWhereThePartitionBegins() {
        var scene = partitioned(4, 2)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(scene.plan().isEmpty()).isTrue();
        assertThat(scene.plan().nextLook()).isEmpty();
    }

    @Test
    void onlyWhatIsBeyondThePartitionGoes() {
        var scene = partitioned(4, 2)
                .budget(4, 4)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(4, 7, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(scene.removed()).hasSize(2).allMatch(slot -> slot < 4);
        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void noMoreOfTheNewIsMadeThanThePartitionLeaves() {
        var scene =
                partitioned(4, 2).budget(2, 1).with(0, 2, "v1", Phase.RUNNING).with(replica(3, 1, "v2", Phase.RUNNING));

        assertThat(scene.launched()).containsExactly("4/1 v2");
    }

    @Test
    void aPartitionOfAllTriesNothing() {
        assertThat(partitioned(2, 9).with(0, 1, "v1", Phase.RUNNING).plan().isEmpty())
                .isTrue();
    }

    @Test
    void whatStaysIsHealedAsWhatItWas() {
        var scene = partitioned(2, 1).with(replica(0, Phase.ENDED), replica(1, 1, "v2", Phase.RUNNING));

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).containsExactly("0/2 v1");
    }

    @Test
    void whatIsNeitherStableNorNewGoes() {
        var scene = Scene.wanting(3)
                .revision("v3", "v1", "v2")
                .budget(1, 1)
                .partition(1, "v1")
                .with(replica(0, Phase.RUNNING), replica(1, 1, "v2", Phase.RUNNING))
                .with(2, 3, "v3", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(scene.removed()).containsExactly(1);
    }

    @Test
    void aRaisedPartitionBringsTheStableRevisionBack() {
        var scene = partitioned(4, 3)
                .budget(1, 0)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).containsExactly("4/1 v1");
        assertThat(scene.with(replica(4, 1, "v1", Phase.RUNNING)).removed())
                .hasSize(1)
                .allMatch(slot -> slot == 2 || slot == 3);
    }

    @Test
    void theLastOfTheNewStaysUntilTheStableOnesServe() {
        var scene = partitioned(4, 4)
                .with(replica(0, Phase.RUNNING), replica(2, Phase.RUNNING), replica(4, 1, "v2", Phase.RUNNING))
                .with(replica(1, Phase.PENDING), replica(3, Phase.PENDING))
                .after(Duration.ofMinutes(1));

        assertThat(scene.plan().isEmpty()).as("three must be ready, and are").isTrue();
        assertThat(scene.with(replica(1, Phase.RUNNING), replica(3, Phase.RUNNING))
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
        var scene =
                partitioned(3, 2).budget(4, 4).with(0, 1, "v1", Phase.RUNNING).with(2, 3, "v2", Phase.RUNNING);

        assertThat(scene.removed()).containsExactly(3);
    }

    @Test
    void scalingDownBelowThePartitionLeavesOnlyTheStable() {
        var scene =
                partitioned(1, 2).budget(0, 1).with(0, 1, "v1", Phase.RUNNING).with(2, 3, "v2", Phase.RUNNING);

        assertThat(scene.removed()).hasSize(3).contains(2, 3);
    }

    @Test
    void aStableRevisionWhoseTemplateIsForgottenKeepsWhatItHas() {
        var forgotten = Scene.wanting(4).revision("v2").partition(2, "v1").budget(1, 1);

        assertThat(forgotten
                        .with(0, 0, "v1", Phase.RUNNING)
                        .with(1, 2, "v2", Phase.RUNNING)
                        .after(Duration.ofMinutes(1))
                        .removed())
                .isEmpty();
        assertThat(forgotten.launched()).containsExactly("3/1 v2");
    }

    @Test
    void slotsThatTheStableRevisionGaveUpCostTheNewestNoPlace() {
        var scene =
                partitioned(4, 2).givenUp(0, 1).with(2, 3, "v2", Phase.RUNNING).after(Duration.ofMinutes(1));

        assertThat(scene.plan().isEmpty()).isTrue();
    }

    @Test
    void slotsThatTheNewestGaveUpCostTheStableRevisionNoPlace() {
        var scene = partitioned(4, 2)
                .givenUp(3)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(replica(2, 1, "v2", Phase.RUNNING))
                .after(Duration.ofMinutes(1));

        assertThat(scene.plan().isEmpty()).isTrue();
    }

    @Test
    void withoutAStableRevisionThereIsNoPartition() {
        var scene = Scene.wanting(2).partition(1, "");

        assertThat(scene.with(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON)).launched())
                .containsExactly("1/1 v1");
    }

    private static Scene partitioned(int replicas, int stay) {
        return Scene.wanting(replicas).revision("v2", "v1").budget(1, 1).partition(stay, "v1");
    }
}
