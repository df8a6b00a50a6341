package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A failed rollout is halted, continued or rolled back. */
class StalledTest {
    private static final int CAN_NOT_BE_CREATED = 2;
    private static final int CAN_NOT_BE_STARTED = 1;
    private static final int WORKS = 0;

    @Test
    void aStalledRolloutRemovesAndLaunchesNothingMore() {
        var fixture = stalled(4).with(0, 3, "v1", Phase.RUNNING).with(replica(4, 3, "v2", Phase.CREATED));

        assertThat(fixture.after(Duration.ofHours(1)).plan().isEmpty()).isTrue();
        assertThat(fixture.plan().requeueAfter()).isEmpty();
    }

    @Test
    void aStalledRolloutHeals() {
        var fixture = stalled(4)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(3, Phase.ENDED), replica(4, 3, "v2", Phase.CREATED));

        assertThat(fixture.launched()).containsExactly("3/2 v1");
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
    void hangingNewReplicasTakeNoPlaceOfServingOnes() {
        var hanging = replica(4, 1, "v2", Phase.RUNNING).serving(false, NOON);
        var fixture = stalled(4).with(0, 2, "v1", Phase.RUNNING).with(hanging);

        assertThat(fixture.with(replica(3, Phase.ENDED)).launched()).containsExactly("3/2 v1");
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
    void aLateRolloutLaunchesNoOldReplicas() {
        var fixture = stalled(4)
                .with(0, 2, "v2", Phase.RUNNING)
                .with(replica(3, 1, "v2", Phase.RUNNING).serving(false, NOON));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    @Test
    void replicasThatServedAreHealedBeforeThoseOfAFailedRollout() {
        var fixture = stalled(5)
                .admitted(4)
                .budget(0, 1)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(replica(4, 1, "v2", Phase.ENDED))
                .with(replica(3, 1, "v1", Phase.RUNNING).in(Phase.ENDED, NOON.plusSeconds(1)))
                .after(Duration.ofSeconds(2));

        assertThat(fixture.launched()).startsWith("3/2 v1");
    }

    @Test
    void aStalledFirstRolloutContinues() {
        assertThat(PlanFixture.wanting(3)
                        .stalled("")
                        .with(replica(0, Phase.RUNNING))
                        .launched())
                .containsExactly("1/1 v1", "2/1 v1");
    }

    @Test
    void aRollbackRemovesFailedReplicasFirst() {
        var fixture = rolledBack(4, 1, 1).with(0, 3, "v1", Phase.RUNNING).with(replica(4, 3, "v2", Phase.CREATED));

        assertThat(fixture.plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isEqualTo(4);
            assertThat(removal.cause()).isEqualTo(Cause.ROLLOUT);
        });
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void aRollbackRestoresTheStableRevisionWithinTheBudget() {
        var fixture = rolledBack(4, 1, 1)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.removed()).hasSize(1).allMatch(slot -> slot >= 2);
        assertThat(fixture.launched()).containsExactly("4/1 v1");
    }

    @Test
    void aRollbackDuringAScaleDownRemovesTheFailedRevisionFirst() {
        var fixture = rolledBack(2, 0, 1).with(0, 1, "v1", Phase.RUNNING).with(2, 3, "v2", Phase.RUNNING);

        assertThat(fixture.removed()).containsExactlyInAnyOrder(2, 3);
        assertThat(fixture.launched()).isEmpty();
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

    /** Such as when a registry is back. */
    @ParameterizedTest
    @CsvSource({"25%, 25%", "0, 1", "1, 0", "3, 2"})
    void aRevisionThatCouldNotBeTriedGoesOnWithoutAChangeOfTheTemplate(String maxSurge, String maxUnavailable) {
        var world = overdue(maxSurge, maxUnavailable, CAN_NOT_BE_CREATED);
        assertThat(world.memory().progress()).isEqualTo("ProgressDeadlineExceeded");
        world.work(Duration.ofMinutes(5));
        assertThat(world.memory().progress()).as("it does not flap").isEqualTo("ProgressDeadlineExceeded");
        assertThat(world.observed().ready("v1")).isGreaterThanOrEqualTo(2);

        world.breaking(WORKS);
        world.settle();
        assertThat(world.observed().ready("v2")).isEqualTo(3);
        assertThat(world.memory().progress()).isEqualTo("NewRevisionAvailable");
    }

    /** Its next attempt, too, has no container at first. */
    @ParameterizedTest
    @CsvSource({"25%, 25%", "0, 1", "1, 0", "3, 2"})
    void aRevisionThatWasTriedStaysHalted(String maxSurge, String maxUnavailable) {
        var world = overdue(maxSurge, maxUnavailable, CAN_NOT_BE_STARTED);
        world.onlyReports("ProgressDeadlineExceeded", Duration.ofMinutes(5));

        world.breaking(WORKS);
        world.onlyReports("ProgressDeadlineExceeded", Duration.ofMinutes(10));
        assertThat(world.observed().ready("v1")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aFirstRevisionThatWasTriedStaysHalted() {
        var world = new SimulatedCluster(3, new Wish("0", "1"));
        world.scale(1);
        world.breaking(CAN_NOT_BE_STARTED);
        world.work(Duration.ofSeconds(60));

        world.onlyReports("ProgressDeadlineExceeded", Duration.ofMinutes(5));
    }

    private static SimulatedCluster overdue(String maxSurge, String maxUnavailable, int broken) {
        var world = new SimulatedCluster(3, new Wish(maxSurge, maxUnavailable));
        world.settle();
        world.newTemplate(true);
        world.breaking(broken);
        world.work(Duration.ofSeconds(60));
        return world;
    }

    private static PlanFixture stalled(int replicas) {
        return PlanFixture.wanting(replicas).revision("v2", "v1").budget(1, 1).stalled("v1");
    }

    /** The desired state after a rollback: the failed revision is one of the earlier ones. */
    private static PlanFixture rolledBack(int replicas, int maxSurge, int maxUnavailable) {
        return PlanFixture.wanting(replicas).revision("v1", "v2").budget(maxSurge, maxUnavailable);
    }
}
