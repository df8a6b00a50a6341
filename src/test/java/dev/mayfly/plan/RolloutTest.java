package dev.mayfly.plan;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Failure;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aRolloutTriesOneOfTheNewBeforeAnythingReadyOfTheOldGoes() {
        var scene = rollingOut(4, 1, 1).with(0, 3, "v1", Phase.RUNNING);

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).containsExactly("4/1 v2");
    }

    @Test
    void theNewRevisionIsProvenOnceOneOfItIsReadyForASecond() {
        var scene = rollingOut(4, 1, 1).with(0, 3, "v1", Phase.RUNNING).with(replica(4, 1, "v2", Phase.RUNNING));

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.plan().nextLook()).contains(Duration.ofSeconds(1));
        assertThat(scene.after(Duration.ofSeconds(1)).plan().removals())
                .hasSize(2)
                .allMatch(removal -> removal.cause() == Cause.ROLLOUT);
    }

    @Test
    void aSeatOfTheNewRevisionThatFailsStopsTheRollout() {
        for (var failing : List.of(Phase.ENDED, Phase.FAILED, Phase.LOST, Phase.CREATED)) {
            var scene = rollingOut(4, 2, 1)
                    .with(0, 3, "v1", Phase.RUNNING)
                    .with(replica(4, 1, "v2", Phase.RUNNING), replica(5, 1, "v2", failing))
                    .after(SECOND);

            assertThat(scene.removed()).as("%s", failing).isEmpty();
        }
    }

    @Test
    void oneThatLeavesForWhatItDidStopsTheRolloutToo() {
        var leaving = replica(5, 1, "v2", Phase.TERMINATING);
        var scene = rollingOut(4, 2, 1)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(replica(4, 1, "v2", Phase.RUNNING), leaving)
                .after(SECOND);

        assertThat(scene.removed()).as("an earlier rollout's may take its time").isNotEmpty();
        assertThat(scene.with(leaving.withUnhealthy(Optional.of(new Failure("Unhealthy", "it does not answer"))))
                        .removed())
                .isEmpty();
    }

    @Test
    void oneThatFailedBeforeProvesNothingUntilItServedForAWhile() {
        var scene = rollingOut(4, 1, 1)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(replica(4, 2, "v2", Phase.RUNNING).withFailures(1));

        assertThat(scene.after(Duration.ofSeconds(9)).removed()).isEmpty();
        assertThat(scene.plan().nextLook()).contains(SECOND);
        assertThat(scene.after(Duration.ofSeconds(10)).removed()).hasSize(2);
    }

    @Test
    void whatIsReadyAndNotAvailableYetCoversNobody() {
        var scene = rollingOut(4, 2, 0)
                .minReady(Duration.ofSeconds(30))
                .with(0, 3, "v1", Phase.RUNNING)
                .with(replica(4, 1, "v2", Phase.RUNNING))
                .with(replica(5, 1, "v2", Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(20)));

        assertThat(scene.after(Duration.ofSeconds(29)).removed()).isEmpty();
        assertThat(scene.plan().nextLook()).contains(SECOND);
        assertThat(scene.after(Duration.ofSeconds(30)).removed()).hasSize(1);
        assertThat(scene.plan().nextLook()).contains(Duration.ofSeconds(20));
        assertThat(scene.after(Duration.ofSeconds(50)).removed()).hasSize(2);
        assertThat(scene.plan().nextLook()).isEmpty();
    }

    @Test
    void withoutUnavailabilityTheSurgeComesFirst() {
        var scene = rollingOut(3, 1, 0).with(0, 2, "v1", Phase.RUNNING);

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).containsExactly("3/1 v2");
    }

    @Test
    void aReadyNewReplicaLetsAnOldOneGo() {
        var scene = rollingOut(3, 1, 0)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(3, 1, "v2", Phase.RUNNING))
                .after(SECOND);

        assertThat(scene.removed()).hasSize(1);
        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void withoutSurgeOneGoesIsWaitedForAndReplaced() {
        var scene = rollingOut(2, 0, 1).with(0, 1, "v1", Phase.RUNNING);
        assertThat(scene.removed()).containsExactly(1);
        assertThat(scene.launched()).isEmpty();

        scene.with(replica(1, 1, "v1", Phase.TERMINATING));
        assertThat(scene.plan().isEmpty()).isTrue();

        var gone = rollingOut(2, 0, 1).with(replica(0, Phase.RUNNING));
        assertThat(gone.removed()).isEmpty();
        assertThat(gone.launched()).containsExactly("1/1 v2");
    }

    @Test
    void whereNoSurgeFitsAndNoneMayBeUnavailableNoneGoes() {
        assertThat(rollingOut(2, 0, 0).with(0, 1, "v1", Phase.RUNNING).plan().isEmpty())
                .isTrue();
    }

    @Test
    void anUnhealthyOldReplicaSimplyGoes() {
        var scene = rollingOut(3, 1, 1).with(0, 1, "v1", Phase.RUNNING).with(replica(2, Phase.ENDED));

        assertThat(scene.removed()).containsExactly(2);
        assertThat(scene.launched()).containsExactly("3/1 v2");
    }

    @Test
    void aBrokenRevisionDoesNotTakeTheOldOnesThatAreOnlyBeingHealed() {
        var scene = rollingOut(4, 1, 1)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(replica(2, Phase.ENDED))
                .with(replica(3, 1, "v2", Phase.FAILED));

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).contains("2/2 v1");
    }

    @Test
    void aBrokenRevisionStopsAtItsFirstReplica() {
        var scene = rollingOut(4, 2, 1).with(0, 2, "v1", Phase.RUNNING).with(replica(3, 2, "v2", Phase.PENDING));

        assertThat(scene.plan().isEmpty()).isTrue();
    }

    @Test
    void oldReplicasWhoseTemplateIsForgottenCannotBeHealedAndGo() {
        var scene = Scene.wanting(3).revision("v2").budget(1, 0).with(0, 2, "v1", Phase.ENDED);

        assertThat(scene.removed()).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(scene.launched()).containsExactly("3/1 v2");
    }

    @Test
    void noMoreOfTheNewRevisionThanReplicasAreWanted() {
        var scene = rollingOut(2, 2, 0)
                .with(0, 1, "v2", Phase.RUNNING)
                .with(replica(2, 1, "v1", Phase.TERMINATING))
                .with(replica(3, 1, "v1", Phase.RUNNING));

        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void aTemplateThatFitsNowhereTakesNobodyDown() {
        assertThat(rollingOut(3, 0, 1)
                        .admitted(0)
                        .with(0, 2, "v1", Phase.RUNNING)
                        .plan()
                        .isEmpty())
                .isTrue();
        assertThat(rollingOut(3, 0, 1)
                        .admitted(2)
                        .with(0, 2, "v1", Phase.RUNNING)
                        .plan()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aSecondChangeTakesWhatTheFirstLeftBeforeTheStable() {
        var scene = Scene.wanting(4)
                .revision("v3", "v1", "v2")
                .budget(1, 1)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(3, 1, "v2", Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5)))
                .with(replica(4, 1, "v2", Phase.FAILED))
                .after(Duration.ofSeconds(9));

        assertThat(scene.removed()).as("the one that serves nobody").containsExactly(4);
        assertThat(scene.launched()).containsExactly("5/1 v3");
        assertThat(scene.with(replica(4, Phase.REMOVING))
                        .with(replica(5, 1, "v3", Phase.RUNNING))
                        .removed())
                .as("then the newest")
                .startsWith(3);
    }

    @Test
    void scalingUpInARolloutAddsToTheNewRevision() {
        var scene = rollingOut(8, 1, 1)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(3, 4, "v2", Phase.RUNNING)
                .after(SECOND);

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).containsExactly("5/1 v2", "6/1 v2", "7/1 v2");
    }

    @Test
    void aRolloutGoesOnWithWhatFitsAsFarAsEnoughStay() {
        var scene = rollingOut(4, 0, 3).admitted(2).with(0, 1, "v1", Phase.RUNNING);

        assertThat(scene.removed()).containsExactly(1);
        assertThat(scene.budget(0, 2).removed()).isEmpty();
    }

    @Test
    void pausedLeavesTheOldAlone() {
        assertThat(rollingOut(2, 1, 1)
                        .paused()
                        .with(0, 1, "v1", Phase.RUNNING)
                        .plan()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void pausedHealsWithWhatTheSeatWas() {
        var scene = rollingOut(2, 1, 1).paused().with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED));

        assertThat(scene.launched()).containsExactly("1/2 v1");
    }

    @Test
    void pausedHealsWithTheNewTemplateWhereTheOldIsForgotten() {
        var scene = Scene.wanting(2).revision("v2").paused().with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED));

        assertThat(scene.launched()).containsExactly("1/2 v2");
    }

    @Test
    void pausedScalesUpWhatMostOldReplicasAre() {
        var scene = Scene.wanting(4)
                .revision("v3", "v1", "v2")
                .paused()
                .with(0, 1, "v2", Phase.RUNNING)
                .with(replica(2, Phase.RUNNING));

        assertThat(scene.launched()).containsExactly("3/1 v2");
    }

    @Test
    void pausedScalesDown() {
        assertThat(rollingOut(1, 1, 1).paused().with(0, 2, "v1", Phase.RUNNING).removed())
                .hasSize(2);
    }

    @Test
    void scalingDownInARolloutTakesTheOldFirst() {
        var scene = rollingOut(2, 0, 1)
                .with(replica(0, 1, "v1", Phase.PENDING).in(Phase.RUNNING, NOON.minus(Duration.ofHours(1))))
                .with(1, 2, "v2", Phase.RUNNING);

        assertThat(scene.removed()).containsExactly(0);
    }

    private static Scene rollingOut(int replicas, int maxSurge, int maxUnavailable) {
        return Scene.wanting(replicas).revision("v2", "v1").budget(maxSurge, maxUnavailable);
    }
}
