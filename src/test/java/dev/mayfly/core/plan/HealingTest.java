package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.ended;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealingTest {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    @Test
    void aReplicaWhosePodWasDeletedIsReplacedAtOnceAndHasNotFailed() {
        var gone = replica(0, Phase.RUNNING)
                .withHistory(slot -> slot.withFailures(3))
                .failed(Phase.LOST, NOON, Outcome.POD_DELETED)
                .withOutcome(outcome -> outcome.withExcused(true));

        assertThat(PlanFixture.wanting(1).with(gone).plan().launches())
                .singleElement()
                .satisfies(launch -> {
                    assertThat(launch.id()).isEqualTo(gone.id().next());
                    assertThat(launch.failures()).isEqualTo(3);
                    assertThat(launch.notBefore()).isEqualTo(NOON);
                });
    }

    @Test
    void aKilledReplicaIsReplacedAtOnceInItsSlot() {
        var plan = PlanFixture.wanting(2)
                .with(replica(0, Phase.RUNNING), ended(1, AN_HOUR))
                .plan();

        assertThat(plan.launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().slot()).isEqualTo(1);
            assertThat(launch.id().attempt()).isEqualTo(2);
            assertThat(launch.restarts()).isEqualTo(1);
            assertThat(launch.failures()).isZero();
            assertThat(launch.notBefore()).isEqualTo(NOON);
            assertThat(launch.priority()).isEqualTo(Priority.HEAL);
        });
    }

    @Test
    void aLostReplicaIsReplacedAtOnce() {
        var lost =
                replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.minus(AN_HOUR)).in(Phase.LOST, NOON);

        assertThat(PlanFixture.wanting(1).with(lost).launched()).containsExactly("0/2 v1");
    }

    @Test
    void aLaunchThatWaitsForItsImageIsRetriedWithItAndIsNoRestart() {
        var absent = replica(0, Phase.PENDING)
                .withHistory(history -> history.withRestarts(2))
                .awaitingImage(NOON.plusSeconds(10))
                .failed(Phase.FAILED, NOON, new Failure("ErrImagePull", ""));
        var fixture = PlanFixture.wanting(1).with(absent);

        assertThat(fixture.plan().launches()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(10));
        assertThat(fixture.after(Duration.ofSeconds(10)).plan().launches())
                .singleElement()
                .satisfies(launch -> {
                    assertThat(launch.restarts()).isEqualTo(2);
                    assertThat(launch.failures()).isZero();
                    assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(10));
                });
    }

    @Test
    void theSuccessorOfACrashIsCreatedAtOnceAndRecordsItsBackOff() {
        var launches = PlanFixture.wanting(1).with(crashed(0, 2)).plan().launches();

        assertThat(launches).singleElement().satisfies(launch -> {
            assertThat(launch.failures()).isEqualTo(3);
            assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(20));
            assertThat(launch.priority()).isEqualTo(Priority.MAKE);
        });
    }

    @Test
    void aSuccessorOfARepeatedFailureIsOnlyCreatedEvenWhenDue() {
        var launches = PlanFixture.wanting(1)
                .with(crashed(0, 2))
                .after(Duration.ofMinutes(5))
                .plan()
                .launches();

        assertThat(launches).singleElement().satisfies(launch -> {
            assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(20));
            assertThat(launch.priority()).isEqualTo(Priority.MAKE);
            assertThat(launch.starts(NOON.plusSeconds(300))).isFalse();
        });
    }

    @Test
    void firstFailuresAndReplicasThatServedAreHealedInOneStep() {
        var served = counting(replica(1, Phase.PENDING), 3)
                .in(Phase.RUNNING, NOON.minusSeconds(60))
                .in(Phase.ENDED, NOON);

        assertThat(PlanFixture.wanting(2).with(crashed(0, 0), served).plan().launches())
                .hasSize(2)
                .allSatisfy(launch -> {
                    assertThat(launch.priority()).isEqualTo(Priority.HEAL);
                    assertThat(launch.starts(NOON)).isTrue();
                });
    }

    @Test
    void aWaitingReplicaIsLeftAloneUntilItIsDue() {
        var plan = PlanFixture.wanting(1)
                .with(waiting(0, 3))
                .after(Duration.ofSeconds(15))
                .plan();

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.requeueAfter()).contains(Duration.ofSeconds(5));
    }

    @Test
    void aWaitingReplicaIsStartedWhenItIsDue() {
        var plan = PlanFixture.wanting(1)
                .with(waiting(0, 3))
                .after(Duration.ofSeconds(20))
                .plan();

        assertThat(plan.launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id()).isEqualTo(waiting(0, 3).id());
            assertThat(launch.failures()).isEqualTo(3);
            assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(20));
            assertThat(launch.priority()).isEqualTo(Priority.RETRY);
        });
        assertThat(plan.requeueAfter()).isEmpty();
    }

    @Test
    void aLaunchThatLeftNoContainerIsTriedAgainOnlyWhenDue() {
        var failed = failed(0, 1);

        assertThat(PlanFixture.wanting(1).with(failed).plan().requeueAfter()).contains(Duration.ofSeconds(10));
        assertThat(PlanFixture.wanting(1).with(failed).launched()).isEmpty();
        assertThat(PlanFixture.wanting(1)
                        .with(failed)
                        .after(Duration.ofSeconds(10))
                        .launched())
                .containsExactly("0/2 v1");
    }

    @Test
    void theNextPlanIsForTheFirstReplicaThatIsDue() {
        var plan = PlanFixture.wanting(2).with(waiting(0, 3), failed(1, 1)).plan();

        assertThat(plan.requeueAfter()).contains(Duration.ofSeconds(10));
    }

    @Test
    void fiftyKilledAtOnceHealWithTheWholeWindow() {
        var fixture = PlanFixture.wanting(50).window(16);
        for (var slot = 0; slot < 50; slot++) {
            fixture.with(ended(slot, AN_HOUR));
        }

        assertThat(fixture.launched()).hasSize(16);
    }

    @Test
    void healingComesBeforeScalingUp() {
        var fixture = PlanFixture.wanting(10).window(1).with(replica(0, Phase.RUNNING), ended(1, AN_HOUR));

        assertThat(fixture.launched()).containsExactly("1/2 v1");
    }

    @Test
    void aWindowOfReplicasThatCantBeCreatedStopsFurtherAttempts() {
        var fixture = PlanFixture.wanting(9).window(3).with(0, 1, "v1", Phase.RUNNING);
        fixture.with(failed(2, 3), failed(3, 3), failed(4, 3), ended(5, AN_HOUR));

        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void anEngineWithLessRoomHealsOnlyAsManyAsFit() {
        var fixture = PlanFixture.wanting(4)
                .admitted(2)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(ended(2, AN_HOUR));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void terminatedContainersWithinTheLimitAreKeptForTheirLogs() {
        var fixture = PlanFixture.wanting(2)
                .with(replica(0, 1, "v1", Phase.ENDED), replica(0, 2, "v1", Phase.RUNNING))
                .with(replica(1, Phase.RUNNING));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void theOldestTerminatedContainersBeyondTheLimitAreRemoved() {
        var older = replica(0, 1, "v1", Phase.PENDING).in(Phase.ENDED, NOON.minusSeconds(60));
        var removals = PlanFixture.wanting(1)
                .with(older, replica(0, 2, "v1", Phase.ENDED), replica(0, 3, "v1", Phase.CREATED))
                .plan()
                .removals();

        assertThat(removals).singleElement().satisfies(removal -> {
            assertThat(removal.id()).isEqualTo(older.id());
            assertThat(removal.cause()).isEqualTo(Cause.HISTORY);
            assertThat(removal.grace()).isZero();
        });
    }

    @Test
    void aTerminatedContainerCanBeRemovedBeforeItsCreatedSuccessorStarts() {
        var made = replica(0, 2, "v1", Phase.PENDING).withImage("sha256:1");
        var removals = PlanFixture.wanting(1)
                .terminatedHistoryLimit(0)
                .with(replica(0, 1, "v1", Phase.ENDED), made)
                .plan()
                .removals();

        assertThat(removals)
                .singleElement()
                .satisfies(removal -> assertThat(removal.id().attempt()).isEqualTo(1));
    }

    @Test
    void repeatedFailuresLeaveHalfOfTheWindowToSuccessors() {
        var fixture = PlanFixture.wanting(9).window(4);
        for (var slot = 0; slot < 8; slot++) {
            fixture.with(replica(slot, 3, "v1", Phase.CREATED)
                    .withHistory(history -> history.withFailures(2).withNotBefore(NOON)));
        }

        assertThat(fixture.plan().launches())
                .hasSize(2)
                .allSatisfy(launch -> assertThat(launch.priority()).isEqualTo(Priority.RETRY));
    }

    @Test
    void aTerminatedContainerStaysUntilItsSuccessorExists() {
        var fixture = PlanFixture.wanting(1)
                .terminatedHistoryLimit(0)
                .with(replica(0, 1, "v1", Phase.ENDED), replica(0, 2, "v1", Phase.PENDING));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.with(replica(0, 2, "v1", Phase.CREATED)).removed()).containsExactly(0);
    }

    @Test
    void whileOthersStopASuccessorIsCreatedSoThatItsPredecessorCanBeRemoved() {
        var fixture = PlanFixture.wanting(3)
                .with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED), replica(2, Phase.ENDED))
                .with(replica(3, Phase.TERMINATING), replica(4, Phase.TERMINATING));

        assertThat(fixture.plan().launches()).hasSize(2).allSatisfy(launch -> {
            assertThat(launch.priority()).isEqualTo(Priority.MAKE);
            assertThat(launch.starts(NOON)).isFalse();
        });
        assertThat(fixture.terminatedHistoryLimit(2).plan().isEmpty()).isTrue();
        fixture.terminatedHistoryLimit(1).with(replica(1, 2, "v1", Phase.CREATED), replica(2, 2, "v1", Phase.CREATED));
        assertThat(fixture.removed()).hasSize(1);
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void terminatedContainersDoNotPileUpWithoutCapacityForSuccessors() {
        var fixture = PlanFixture.wanting(3)
                .admitted(1)
                .with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED), replica(2, Phase.ENDED));

        assertThat(fixture.removed()).hasSize(1);
        assertThat(fixture.launched()).isEmpty();
        assertThat(fixture.terminatedHistoryLimit(2).plan().isEmpty()).isTrue();
    }

    @Test
    void aSecondRunningReplicaInASlotIsRemoved() {
        var removals = PlanFixture.wanting(1)
                .with(replica(0, 1, "v1", Phase.RUNNING), replica(0, 2, "v1", Phase.RUNNING))
                .plan()
                .removals();

        assertThat(removals).extracting(r -> r.id().attempt()).containsExactly(1);
    }

    private static Replica crashed(int slot, int failuresBefore) {
        return counting(replica(slot, Phase.PENDING), failuresBefore)
                .in(Phase.RUNNING, NOON.minusSeconds(1))
                .in(Phase.ENDED, NOON);
    }

    private static Replica failed(int slot, int failuresBefore) {
        return counting(replica(slot, Phase.PENDING), failuresBefore)
                .failed(Phase.FAILED, NOON, new Failure("ErrImagePull", "no such image"));
    }

    private static Replica waiting(int slot, int failures) {
        return counting(replica(slot, 2, "v1", Phase.CREATED), failures);
    }

    private static Replica counting(Replica r, int failures) {
        return r.withHistory(history -> history.withFailures(failures).withNotBefore(NOON.plusSeconds(20)));
    }
}
