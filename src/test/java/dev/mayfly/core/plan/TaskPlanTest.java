package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static dev.mayfly.core.plan.TaskFixture.counts;
import static dev.mayfly.core.plan.TaskFixture.excused;
import static dev.mayfly.core.plan.TaskFixture.exited;
import static dev.mayfly.core.plan.TaskFixture.running;
import static dev.mayfly.core.plan.TaskFixture.unmade;
import static dev.mayfly.core.plan.TaskFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.Writes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskPlanTest {

    @Test
    void theFirstIndexesStartAsFarAsTheParallelismGoes() {
        var fixture = TaskFixture.of(5, 2);

        assertThat(fixture.launched()).containsExactly("0/1", "1/1");
        assertThat(fixture.plan().launches()).extracting(l -> l.priority()).containsOnly(Priority.SCALE);
    }

    @Test
    void theNextIndexStartsWithoutWaitingForTheRecord() {
        var fixture = TaskFixture.of(5, 2).with(exited(0, 1, 0), running(1));

        assertThat(fixture.launched()).containsExactly("2/1");
        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofMillis(500));
    }

    @Test
    void completedIndexesAreNotRunAgain() {
        var fixture = TaskFixture.of(5, 9).recorded(counts("0-1,3", 0, Map.of()));

        assertThat(fixture.launched()).containsExactly("2/1", "4/1");
    }

    @Test
    void aTerminatingAttemptKeepsItsPlace() {
        var fixture = TaskFixture.of(5, 2).with(running(0), running(1).in(Phase.TERMINATING, NOON));

        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void launchesInFlightFitTheWindow() {
        var fixture = TaskFixture.of(50, 50).window(4).with(replica(0, Phase.PENDING));

        assertThat(fixture.launched()).containsExactly("1/1", "2/1", "3/1");
    }

    @Test
    void capacityLimitsTheAttemptsThatRun() {
        assertThat(TaskFixture.of(5, 4).admitted(1).launched()).containsExactly("0/1");
        assertThat(TaskFixture.of(5, 4).admitted(1).with(running(0), running(1)).removed())
                .isEmpty();
    }

    @Test
    void theFirstFailureIsRetriedAtOnce() {
        var plan = TaskFixture.of(5, 1).with(exited(0, 1, 1)).plan();

        assertThat(plan.launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().attempt()).isEqualTo(2);
            assertThat(launch.failures()).isEqualTo(1);
            assertThat(launch.notBefore()).isEqualTo(NOON);
            assertThat(launch.priority()).isEqualTo(Priority.SCALE);
        });
    }

    @Test
    void laterFailuresBackOffRegardlessOfTheirRunTime() {
        var ran = running(0, 2, NOON.minusSeconds(100)).withHistory(history -> history.withFailures(1));
        var terminated = exited(0, 2, 1).withStartedAt(ran.startedAt()).withHistory(history -> history.withFailures(1));
        var plan = TaskFixture.of(5, 1).with(terminated).plan();

        assertThat(plan.launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().attempt()).isEqualTo(3);
            assertThat(launch.failures()).isEqualTo(2);
            assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(10));
            assertThat(launch.priority()).isEqualTo(Priority.MAKE);
        });
    }

    @Test
    void aWaitingAttemptTakesNoPlace() {
        var fixture = TaskFixture.of(5, 1).with(waiting(0, 3, NOON.plusSeconds(10)));

        assertThat(fixture.launched()).containsExactly("1/1");
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(10));
    }

    @Test
    void aDueRetryStartsBeforeTheNextIndex() {
        var fixture = TaskFixture.of(5, 1).with(waiting(3, 3, NOON));

        assertThat(fixture.launched()).containsExactly("3/3");
        assertThat(fixture.plan().launches().getFirst().priority()).isEqualTo(Priority.RETRY);
    }

    @Test
    void aDueRetryWaitsForAPlace() {
        var fixture = TaskFixture.of(5, 1).with(running(0), waiting(3, 3, NOON));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void anAttemptWithUnknownOutcomeIsRepeatedAtOnceAndIsNoFailure() {
        var plan = TaskFixture.of(5, 1).with(excused(0, 1)).plan();

        assertThat(plan.launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().attempt()).isEqualTo(2);
            assertThat(launch.failures()).isZero();
            assertThat(launch.notBefore()).isEqualTo(NOON);
        });
    }

    @Test
    void anAttemptsNumberIsAboveTheCountedOnes() {
        var counted = counts("", 2, Map.of(0, 2));

        assertThat(TaskFixture.of(1, 1).recorded(counted).launched()).containsExactly("0/3");
        assertThat(TaskFixture.of(1, 1).recorded(counted).with(excused(0, 1)).launched())
                .containsExactly("0/3");
    }

    @Test
    void aLaunchThatLeftNoContainerKeepsItsPlaceAndIsRetriedWhenDue() {
        var fixture = TaskFixture.of(5, 1).with(unmade(0));

        assertThat(fixture.launched()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(10));
        assertThat(fixture.after(Duration.ofSeconds(10)).launched()).containsExactly("0/2");
    }

    @Test
    void aWindowOfFailedLaunchesStopsFurtherAttempts() {
        var fixture = TaskFixture.of(50, 50).window(2).with(unmade(0), unmade(1));

        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void lowerParallelismRemovesAttemptsThatNeverStartedAndThenTheYoungest() {
        var fixture = TaskFixture.of(5, 1)
                .with(running(0, 1, NOON.minusSeconds(9)), running(1, 1, NOON.minusSeconds(5)))
                .with(replica(2, Phase.PENDING), waiting(3, 3, NOON.plusSeconds(9)));

        assertThat(fixture.removed()).containsExactly("2/1", "1/1");
        assertThat(fixture.plan().removals()).extracting(Removal::cause).containsOnly(Cause.SCALE_DOWN);
        assertThat(fixture.plan().removals().getLast().grace()).isEqualTo(Duration.ofSeconds(1));
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void contentOfAConfigMapMakesNoAttemptOlder() {
        var fixture = TaskFixture.of(5, 1)
                .with(running(0, 1, NOON.minusSeconds(9)).withRevision("v0"), running(1, 1, NOON.minusSeconds(5)));

        assertThat(fixture.removed()).containsExactly("1/1");
    }

    @Test
    void aSuspendedTaskHasNothingThatRunsOrWaits() {
        var fixture = TaskFixture.of(5, 0).with(running(0), waiting(3, 3, NOON.plusSeconds(9)));

        assertThat(fixture.removed()).containsExactlyInAnyOrder("0/1", "3/3");
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void theLowerOfTwoAttemptsOfAnIndexIsRemoved() {
        var fixture = TaskFixture.of(5, 2).with(running(0), running(0, 2, NOON));

        assertThat(fixture.removed()).containsExactly("0/1");
    }

    @Test
    void anAttemptOfACompleteIndexIsRemoved() {
        var fixture = TaskFixture.of(5, 1).with(exited(0, 1, 0), running(0, 2, NOON));

        assertThat(fixture.removed()).containsExactly("0/2");
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void anUnhealthyAttemptIsReplaced() {
        var sick = running(0).withHealth(health -> health.withUnhealthy(Optional.of(new Failure("Unhealthy", ""))));
        var plan = TaskFixture.of(5, 1).with(sick).plan();

        assertThat(plan.removals()).extracting(Removal::cause).containsExactly(Cause.UNHEALTHY);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void anAttemptThatExceedsASizeLimitIsReplaced() {
        var full = running(0).withWrites(new Writes(true, Optional.of(new Failure("Evicted", ""))));
        var gone = full.failed(Phase.LOST, NOON, Writes.REPLACED);

        assertThat(TaskFixture.of(5, 1).with(full).plan().removals())
                .extracting(Removal::cause)
                .containsExactly(Cause.RECREATE);
        assertThat(TaskFixture.of(5, 1).with(gone).counted().failed()).isEqualTo(1);
    }

    @Test
    void anAttemptThatAnotherClientChangedIsRepeatedAndNotCounted() {
        var change = new OutsideChange(OutsideChange.Kind.RESTARTED, NOON);
        var restarted = running(0).withHealth(health -> health.withChanged(Optional.of(change)));
        var gone = restarted.failed(Phase.LOST, NOON, change.kind().found());

        assertThat(TaskFixture.of(5, 2).with(restarted, running(1)).plan().removals())
                .extracting(Removal::cause)
                .containsExactly(Cause.CHANGED_OUTSIDE);
        assertThat(TaskFixture.of(1, 1).with(gone).counted().failed()).isZero();
        assertThat(TaskFixture.of(1, 1).with(gone).launched()).containsExactly("0/2");
    }

    @Test
    void aFailureKnownOnlyFromMemoryIsRecordedBeforeItsSuccessor() {
        var gone = running(0).failed(Phase.LOST, NOON, Writes.REPLACED);
        var counted = counts("", 1, Map.of(0, 1));

        assertThat(TaskFixture.of(1, 1)
                        .with(gone)
                        .batch(b -> b.withCounted(counted))
                        .launched())
                .isEmpty();
        assertThat(TaskFixture.of(1, 1).with(gone).recorded(counted).launched()).containsExactly("0/2");
        assertThat(TaskFixture.of(1, 1).with(lost(0)).launched()).containsExactly("0/2");
    }

    @Test
    void nothingStartsWhileAThousandAwaitTheirRecord() {
        var fixture = TaskFixture.of(5000, 1);
        for (var index = 0; index < 999; index++) {
            fixture.with(exited(index, 1, 0));
        }

        assertThat(fixture.launched()).containsExactly("999/1");
        assertThat(fixture.with(exited(999, 1, 0)).launched()).isEmpty();
    }

    @Test
    void planningIsRequeuedForTheDeadline() {
        var fixture = TaskFixture.of(5, 1)
                .batch(b -> b.withDeadline(Optional.of(NOON.plusSeconds(7))))
                .with(running(0));

        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void afterTheVerdictNothingStartsAndOnceRecordedRunningAttemptsAreRemoved() {
        var replicas = new Replica[] {running(0), waiting(1, 2, NOON), excused(2, 1), unmade(3), lost(4)};
        var failed = TaskFixture.failed("");
        var known = TaskFixture.of(9, 9).batch(b -> b.withCounted(failed)).with(replicas);
        var recorded = TaskFixture.of(9, 9).recorded(failed).with(replicas);

        assertThat(known.plan().isEmpty()).isTrue();
        assertThat(recorded.launched()).isEmpty();
        assertThat(recorded.removed()).containsExactlyInAnyOrder("0/1", "1/2", "2/1", "3/1", "4/1");
        assertThat(recorded.plan().removals())
                .filteredOn(removal -> removal.id().slot() == 0)
                .extracting(Removal::grace)
                .containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void attemptsKnownOnlyFromMemoryAreForgottenOnceRecorded() {
        var lost = exited(0, 1, 0).in(Phase.LOST, NOON);

        assertThat(TaskFixture.of(2, 1).with(lost).removed()).isEmpty();
        assertThat(TaskFixture.of(2, 1)
                        .recorded(counts("0", 0, Map.of()))
                        .with(lost)
                        .removed())
                .containsExactly("0/1");
    }

    @Test
    void deletionOfATaskRemovesAllAttempts() {
        var fixture = PlanFixture.wanting(1).deleted().with(exited(0, 1, 0), running(1));

        assertThat(fixture.removed()).containsExactly(0, 1);
    }

    private static Replica lost(int index) {
        return running(index).in(Phase.LOST, NOON);
    }
}
