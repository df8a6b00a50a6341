package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aRolloutStartsOneCanaryBeforeItRemovesReadyOldReplicas() {
        var fixture = rollingOut(4, 1, 1).with(0, 3, "v1", Phase.RUNNING);

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("4/1 v2");
    }

    @Test
    void theCanaryPassesOnceItIsReadyForASecond() {
        var fixture = rollingOut(4, 1, 1).with(0, 3, "v1", Phase.RUNNING).with(replica(4, 1, "v2", Phase.RUNNING));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(1));
        assertThat(fixture.after(Duration.ofSeconds(1)).plan().removals())
                .hasSize(2)
                .allMatch(removal -> removal.cause() == Cause.ROLLOUT);
    }

    @Test
    void aFailingReplicaOfTheNewRevisionStopsTheRollout() {
        for (var failing : List.of(Phase.ENDED, Phase.FAILED, Phase.LOST, Phase.CREATED)) {
            var fixture = rollingOut(4, 2, 1)
                    .with(0, 3, "v1", Phase.RUNNING)
                    .with(replica(4, 1, "v2", Phase.RUNNING), replica(5, 1, "v2", failing))
                    .after(SECOND);

            assertThat(fixture.removed()).as("%s", failing).isEmpty();
        }
    }

    @Test
    void aReplicaRemovedForAFaultStopsTheRolloutToo() {
        var leaving = replica(5, 1, "v2", Phase.TERMINATING);
        var fixture = rollingOut(4, 2, 1)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(replica(4, 1, "v2", Phase.RUNNING), leaving)
                .after(SECOND);

        assertThat(fixture.removed())
                .as("an earlier rollout's may take its time")
                .isNotEmpty();
        assertThat(fixture.with(leaving.withHealth(health ->
                                health.withUnhealthy(Optional.of(new Failure("Unhealthy", "it does not answer")))))
                        .removed())
                .isEmpty();
    }

    @Test
    void aReplicaThatFailedBeforePassesTheCanaryOnlyAfterServingForAWhile() {
        var fixture = rollingOut(4, 1, 1)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(replica(4, 2, "v2", Phase.RUNNING).withHistory(history -> history.withFailures(1)));

        assertThat(fixture.after(Duration.ofSeconds(9)).removed()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(SECOND);
        assertThat(fixture.after(Duration.ofSeconds(10)).removed()).hasSize(2);
    }

    @Test
    void aReadyReplicaThatIsNotAvailableYetDoesNotCount() {
        var fixture = rollingOut(4, 2, 0)
                .minReady(Duration.ofSeconds(30))
                .with(0, 3, "v1", Phase.RUNNING)
                .with(replica(4, 1, "v2", Phase.RUNNING))
                .with(replica(5, 1, "v2", Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(20)));

        assertThat(fixture.after(Duration.ofSeconds(29)).removed()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(SECOND);
        assertThat(fixture.after(Duration.ofSeconds(30)).removed()).hasSize(1);
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(20));
        assertThat(fixture.after(Duration.ofSeconds(50)).removed()).hasSize(2);
        assertThat(fixture.plan().requeueAfter()).isEmpty();
    }

    @Test
    void withNoneUnavailableTheSurgeComesFirst() {
        var fixture = rollingOut(3, 1, 0).with(0, 2, "v1", Phase.RUNNING);

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("3/1 v2");
    }

    @Test
    void anAvailableNewReplicaReplacesAnOldOne() {
        var fixture = rollingOut(3, 1, 0)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(3, 1, "v2", Phase.RUNNING))
                .after(SECOND);

        assertThat(fixture.removed()).hasSize(1);
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void withoutASurgeOneIsRemovedAndThenReplaced() {
        var fixture = rollingOut(2, 0, 1).with(0, 1, "v1", Phase.RUNNING);
        assertThat(fixture.removed()).containsExactly(1);
        assertThat(fixture.launched()).isEmpty();

        fixture.with(replica(1, 1, "v1", Phase.TERMINATING));
        assertThat(fixture.plan().isEmpty()).isTrue();

        var gone = rollingOut(2, 0, 1).with(replica(0, Phase.RUNNING));
        assertThat(gone.removed()).isEmpty();
        assertThat(gone.launched()).containsExactly("1/1 v2");
    }

    @Test
    void withoutSurgeAndUnavailabilityNothingIsRemoved() {
        assertThat(rollingOut(2, 0, 0).with(0, 1, "v1", Phase.RUNNING).plan().isEmpty())
                .isTrue();
    }

    @Test
    void aTerminatedOldReplicaIsRemovedAtOnce() {
        var fixture = rollingOut(3, 1, 1).with(0, 1, "v1", Phase.RUNNING).with(replica(2, Phase.ENDED));

        assertThat(fixture.removed()).containsExactly(2);
        assertThat(fixture.launched()).containsExactly("3/1 v2");
    }

    @Test
    void aBrokenRevisionDoesNotRemoveOldReplicasThatAreBeingHealed() {
        var fixture = rollingOut(4, 1, 1)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(replica(2, Phase.ENDED))
                .with(replica(3, 1, "v2", Phase.FAILED));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).contains("2/2 v1");
    }

    @Test
    void aBrokenRevisionStopsAtItsFirstReplica() {
        var fixture = rollingOut(4, 2, 1).with(0, 2, "v1", Phase.RUNNING).with(replica(3, 2, "v2", Phase.PENDING));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void oldReplicasWhoseTemplateIsForgottenAreRemoved() {
        var fixture = PlanFixture.wanting(3).revision("v2").budget(1, 0).with(0, 2, "v1", Phase.ENDED);

        assertThat(fixture.removed()).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(fixture.launched()).containsExactly("3/1 v2");
    }

    @Test
    void theNewRevisionGetsNoMoreThanTheDesiredReplicas() {
        var fixture = rollingOut(2, 2, 0)
                .with(0, 1, "v2", Phase.RUNNING)
                .with(replica(2, 1, "v1", Phase.TERMINATING))
                .with(replica(3, 1, "v1", Phase.RUNNING));

        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void aTemplateThatDoesNotFitRemovesNothing() {
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
    void aSecondChangeReplacesTheFirstOnesReplicasBeforeTheStable() {
        var fixture = PlanFixture.wanting(4)
                .revision("v3", "v1", "v2")
                .budget(1, 1)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(3, 1, "v2", Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5)))
                .with(replica(4, 1, "v2", Phase.FAILED))
                .after(Duration.ofSeconds(9));

        assertThat(fixture.removed()).as("the one that serves no requests").containsExactly(4);
        assertThat(fixture.launched()).containsExactly("5/1 v3");
        assertThat(fixture.with(replica(4, Phase.REMOVING))
                        .with(replica(5, 1, "v3", Phase.RUNNING))
                        .removed())
                .as("then the newest")
                .startsWith(3);
    }

    @Test
    void scalingUpInARolloutAddsToTheNewRevision() {
        var fixture = rollingOut(8, 1, 1)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(3, 4, "v2", Phase.RUNNING)
                .after(SECOND);

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("5/1 v2", "6/1 v2", "7/1 v2");
    }

    @Test
    void aRolloutContinuesWithLessCapacityWhileEnoughStayAvailable() {
        var fixture = rollingOut(4, 0, 3).admitted(2).with(0, 1, "v1", Phase.RUNNING);

        assertThat(fixture.removed()).containsExactly(1);
        assertThat(fixture.budget(0, 2).removed()).isEmpty();
    }

    @Test
    void whilePausedOldReplicasAreLeftAlone() {
        assertThat(rollingOut(2, 1, 1)
                        .paused()
                        .with(0, 1, "v1", Phase.RUNNING)
                        .plan()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void whilePausedASlotIsHealedFromItsOwnRevision() {
        var fixture = rollingOut(2, 1, 1).paused().with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED));

        assertThat(fixture.launched()).containsExactly("1/2 v1");
    }

    @Test
    void whilePausedASlotOfAForgottenRevisionIsHealedFromTheNewest() {
        var fixture =
                PlanFixture.wanting(2).revision("v2").paused().with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED));

        assertThat(fixture.launched()).containsExactly("1/2 v2");
    }

    @Test
    void whilePausedScalingUpUsesTheRevisionWithMostReplicas() {
        var fixture = PlanFixture.wanting(4)
                .revision("v3", "v1", "v2")
                .paused()
                .with(0, 1, "v2", Phase.RUNNING)
                .with(replica(2, Phase.RUNNING));

        assertThat(fixture.launched()).containsExactly("3/1 v2");
    }

    @Test
    void whilePausedScalingDownWorks() {
        assertThat(rollingOut(1, 1, 1).paused().with(0, 2, "v1", Phase.RUNNING).removed())
                .hasSize(2);
    }

    @Test
    void scalingDownInARolloutRemovesOldReplicasFirst() {
        var fixture = rollingOut(2, 0, 1)
                .with(replica(0, 1, "v1", Phase.PENDING).in(Phase.RUNNING, NOON.minus(Duration.ofHours(1))))
                .with(1, 2, "v2", Phase.RUNNING);

        assertThat(fixture.removed()).containsExactly(0);
    }

    private static PlanFixture rollingOut(int replicas, int maxSurge, int maxUnavailable) {
        return PlanFixture.wanting(replicas).revision("v2", "v1").budget(maxSurge, maxUnavailable);
    }
}
