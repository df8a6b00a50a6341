package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.ReplicaId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutsideChangesTest {

    @Test
    void aRestartedReplicaIsReplaced() {
        var plan = PlanFixture.wanting(2)
                .with(changed(0, Kind.RESTARTED, NOON), replica(1, Phase.RUNNING))
                .plan();

        assertThat(plan.removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isZero();
            assertThat(removal.cause()).isEqualTo(Cause.CHANGED_OUTSIDE);
        });
    }

    @Test
    void readyReplicasAreReplacedOneAtATimeBeyondTheBudget() {
        assertThat(PlanFixture.wanting(4)
                        .budget(0, 2)
                        .with(
                                changed(0, Kind.UPDATED, NOON),
                                changed(1, Kind.UPDATED, NOON),
                                changed(2, Kind.UPDATED, NOON),
                                changed(3, Kind.UPDATED, NOON))
                        .removed())
                .hasSize(2);
        assertThat(PlanFixture.wanting(2)
                        .budget(1, 0)
                        .with(changed(0, Kind.UPDATED, NOON), changed(1, Kind.UPDATED, NOON))
                        .removed())
                .hasSize(1);
        assertThat(PlanFixture.wanting(2)
                        .budget(1, 0)
                        .with(changed(0, Kind.UPDATED, NOON), replica(1, Phase.TERMINATING))
                        .removed())
                .isEmpty();
    }

    @Test
    void aWorkloadThatCrashesInALoopDoesNotHoldAReplacementOffForEver() {
        assertThat(besideCrashes(NOON.minusSeconds(19)).removed()).isEmpty();
        assertThat(besideCrashes(NOON.minusSeconds(20)).removed()).containsExactly(0);
    }

    private static PlanFixture besideCrashes(Instant since) {
        return PlanFixture.wanting(3)
                .budget(1, 0)
                .with(changed(0, Kind.RESTARTED, since), replica(1, Phase.PENDING), replica(2, Phase.PENDING));
    }

    @Test
    void thoseThatDoNotServeAreReplacedAtOnce() {
        assertThat(PlanFixture.wanting(2)
                        .budget(1, 0)
                        .with(
                                changed(0, Kind.DISCONNECTED, NOON).serving(false, NOON),
                                changed(1, Kind.DISCONNECTED, NOON).serving(false, NOON))
                        .removed())
                .containsExactly(0, 1);
    }

    @Test
    void aPausedReplicaIsContinuedAfterTenSecondsAndReplacedIfThatFails() {
        var early = PlanFixture.wanting(1)
                .with(changed(0, Kind.PAUSED, NOON.minusSeconds(4)).serving(false, NOON))
                .plan();
        assertThat(early.isEmpty()).isTrue();
        assertThat(early.requeueAfter()).contains(Duration.ofSeconds(6));

        var due = PlanFixture.wanting(1)
                .with(changed(0, Kind.PAUSED, NOON.minusSeconds(10)).serving(false, NOON))
                .plan();
        assertThat(due.removals()).isEmpty();
        assertThat(due.resumes()).extracting(ReplicaId::slot).containsExactly(0);
        assertThat(due.requeueAfter()).contains(Duration.ofSeconds(10));

        assertThat(PlanFixture.wanting(1)
                        .with(changed(0, Kind.PAUSED, NOON.minusSeconds(20)).serving(false, NOON))
                        .removed())
                .containsExactly(0);
    }

    @Test
    void aReleaseThatWasCutOffIsFinishedAtOnce() {
        var plan = PlanFixture.wanting(1)
                .with(changed(0, Kind.INTERRUPTED, NOON).serving(false, NOON))
                .plan();

        assertThat(plan.removals()).isEmpty();
        assertThat(plan.resumes()).extracting(ReplicaId::slot).containsExactly(0);
    }

    @Test
    void aClockThatIsSetBackDelaysNoReplacement() {
        assertThat(PlanFixture.wanting(1)
                        .with(changed(0, Kind.PAUSED, NOON.plusSeconds(3600)).serving(false, NOON))
                        .removed())
                .containsExactly(0);
        assertThat(besideCrashes(NOON.plusSeconds(3600)).removed()).containsExactly(0);
    }

    @Test
    void aRestartedReplicaThatHasASuccessorIsRemoved() {
        var restarted = replica(0, 1, "v1", Phase.RUNNING)
                .withHealth(health -> health.withChanged(Optional.of(new OutsideChange(Kind.RESTARTED, NOON))));
        var plan = PlanFixture.wanting(1)
                .with(restarted, replica(0, 2, "v1", Phase.RUNNING))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.id().attempt()).containsExactly(1);
        assertThat(plan.launches()).isEmpty();
    }

    private static Replica changed(int slot, Kind kind, Instant since) {
        return replica(slot, Phase.RUNNING)
                .withHealth(health -> health.withChanged(Optional.of(new OutsideChange(kind, since))));
    }
}
