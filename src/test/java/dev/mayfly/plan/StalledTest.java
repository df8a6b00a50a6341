package dev.mayfly.plan;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A rollout that failed: it stands still, goes on, or the stable revision runs again. */
class StalledTest {

    @Test
    void aStalledRolloutTakesNothingAndTriesNothingMore() {
        var scene = stalled(4).with(0, 3, "v1", Phase.RUNNING).with(replica(4, 3, "v2", Phase.CREATED));

        assertThat(scene.after(Duration.ofHours(1)).plan().isEmpty()).isTrue();
        assertThat(scene.plan().nextLook()).isEmpty();
    }

    @Test
    void aStalledRolloutHeals() {
        var scene = stalled(4)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(3, Phase.ENDED), replica(4, 3, "v2", Phase.CREATED));

        assertThat(scene.launched()).containsExactly("3/2 v1");
    }

    @Test
    void aStalledRolloutScalesWithTheStableRevision() {
        assertThat(stalled(6)
                        .with(0, 3, "v1", Phase.RUNNING)
                        .with(replica(4, 3, "v2", Phase.CREATED))
                        .launched())
                .as("what it has of the new one is healed, and takes no place of those that serve")
                .containsExactly("4/3 v2", "5/1 v1", "6/1 v1");
        assertThat(stalled(1).launched()).containsExactly("0/1 v1");
        assertThat(stalled(2)
                        .with(0, 3, "v1", Phase.RUNNING)
                        .with(replica(4, 3, "v2", Phase.CREATED))
                        .removed())
                .startsWith(4);
    }

    @Test
    void whatHangsOfTheNewOneTakesNoPlaceOfThoseThatServe() {
        var hanging = replica(4, 1, "v2", Phase.RUNNING).serving(false, NOON);
        var scene = stalled(4).with(0, 2, "v1", Phase.RUNNING).with(hanging);

        assertThat(scene.with(replica(3, Phase.ENDED)).launched()).containsExactly("3/2 v1");
        assertThat(stalled(5).with(0, 3, "v1", Phase.RUNNING).with(hanging).launched())
                .containsExactly("5/1 v1");
        assertThat(stalled(4)
                        .paused()
                        .with(0, 2, "v1", Phase.RUNNING)
                        .with(hanging, replica(3, Phase.ENDED))
                        .launched())
                .containsExactly("3/2 v1");
    }

    @Test
    void theLastOfARolloutThatIsLateBringsNothingOldBack() {
        var scene = stalled(4)
                .with(0, 2, "v2", Phase.RUNNING)
                .with(replica(3, 1, "v2", Phase.RUNNING).serving(false, NOON));

        assertThat(scene.plan().isEmpty()).isTrue();
    }

    @Test
    void thoseThatServedAreHealedBeforeThoseThatFailed() {
        var scene = stalled(5)
                .admitted(4)
                .budget(0, 1)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(4, 1, "v2", Phase.ENDED))
                .with(replica(3, 1, "v1", Phase.RUNNING).in(Phase.ENDED, NOON.plusSeconds(1)))
                .after(Duration.ofSeconds(2));

        assertThat(scene.launched()).startsWith("3/2 v1");
    }

    @Test
    void aStalledFirstRolloutGoesOnTrying() {
        assertThat(Scene.wanting(3).stalled("").with(replica(0, Phase.RUNNING)).launched())
                .containsExactly("1/1 v1", "2/1 v1");
    }

    @Test
    void aRollbackTakesWhatFailedFirst() {
        var scene = rolledBack(4, 1, 1).with(0, 3, "v1", Phase.RUNNING).with(replica(4, 3, "v2", Phase.CREATED));

        assertThat(scene.plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isEqualTo(4);
            assertThat(removal.cause()).isEqualTo(Cause.ROLLOUT);
        });
        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void aRollbackBringsBackWhatTheRolloutTookWithinTheBudget() {
        var scene = rolledBack(4, 1, 1)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(scene.removed()).hasSize(1).allMatch(slot -> slot >= 2);
        assertThat(scene.launched()).containsExactly("4/1 v1");
    }

    @Test
    void aRollbackDuringAScaleDownTakesTheFailedRevisionFirst() {
        var scene = rolledBack(2, 0, 1).with(0, 1, "v1", Phase.RUNNING).with(2, 3, "v2", Phase.RUNNING);

        assertThat(scene.removed()).containsExactlyInAnyOrder(2, 3);
        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void aPausedRollbackScalesWithTheStableRevision() {
        assertThat(rolledBack(3, 1, 1)
                        .paused()
                        .partition(0, "v1")
                        .with(0, 1, "v2", Phase.RUNNING)
                        .launched())
                .containsExactly("2/1 v1");
    }

    private static Scene stalled(int replicas) {
        return Scene.wanting(replicas).revision("v2", "v1").budget(1, 1).stalled("v1");
    }

    /** As the wish is then: the failed revision is one of the earlier ones. */
    private static Scene rolledBack(int replicas, int maxSurge, int maxUnavailable) {
        return Scene.wanting(replicas).revision("v1", "v2").budget(maxSurge, maxUnavailable);
    }
}
