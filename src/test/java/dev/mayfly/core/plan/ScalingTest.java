package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScalingTest {

    @Test
    void nothingIsDoneInTheDesiredState() {
        var plan = PlanFixture.wanting(2).with(0, 1, "v1", Phase.RUNNING).plan();

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.requeueAfter()).isEmpty();
    }

    @Test
    void anUnknownRevisionStartsWithOneReplica() {
        var plan = PlanFixture.wanting(5).plan();

        assertThat(plan.launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().slot()).isZero();
            assertThat(launch.id().attempt()).isEqualTo(1);
            assertThat(launch.priority()).isEqualTo(Priority.SCALE);
            assertThat(launch.notBefore()).isEqualTo(NOON);
        });
    }

    @Test
    void nothingMoreIsLaunchedUntilTheFirstIsReady() {
        assertThat(PlanFixture.wanting(5).with(replica(0, Phase.PENDING)).launched())
                .isEmpty();
        assertThat(PlanFixture.wanting(5).with(replica(0, Phase.FAILED)).launched())
                .containsExactly("0/2 v1");
    }

    @Test
    void asManyMayBeUnprovenAsAreReadyPlusOne() {
        var three = PlanFixture.wanting(50).with(0, 2, "v1", Phase.RUNNING);

        assertThat(three.launched()).containsExactly("3/1 v1", "4/1 v1", "5/1 v1", "6/1 v1");
        assertThat(three.with(3, 5, "v1", Phase.PENDING).launched()).containsExactly("6/1 v1");
    }

    @Test
    void aProvenRevisionGrowsByTheWholeWindow() {
        var proven = PlanFixture.wanting(50).window(8).partition(0, "v1");

        assertThat(proven.launched()).containsExactly("0/1 v1");
        assertThat(proven.with(replica(0, Phase.RUNNING)).launched()).hasSize(8);
        assertThat(PlanFixture.wanting(50).with(replica(0, Phase.RUNNING)).launched())
                .hasSize(2);
    }

    @Test
    void theWindowLimitsLaunchesInFlight() {
        var fixture = PlanFixture.wanting(50)
                .window(8)
                .with(0, 19, "v1", Phase.RUNNING)
                .with(20, 24, "v1", Phase.PENDING);

        assertThat(fixture.launched()).containsExactly("25/1 v1", "26/1 v1", "27/1 v1");
    }

    @Test
    void newReplicasTakeTheLowestFreeSlots() {
        var fixture = PlanFixture.wanting(4).with(replica(1, Phase.RUNNING), replica(3, Phase.RUNNING));

        assertThat(fixture.launched()).containsExactly("0/1 v1", "2/1 v1");
    }

    @Test
    void aSlotIsNotFreeUntilItsContainerIsGone() {
        var fixture = PlanFixture.wanting(3).with(replica(0, Phase.REMOVING), replica(1, Phase.RUNNING));

        assertThat(fixture.launched()).containsExactly("2/1 v1", "3/1 v1");
    }

    @Test
    void aTerminatingReplicaKeepsItsPlace() {
        var fixture = PlanFixture.wanting(2).with(replica(0, Phase.RUNNING), replica(1, Phase.TERMINATING));

        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void onlyAdmittedReplicasAreLaunched() {
        assertThat(PlanFixture.wanting(5)
                        .admitted(3)
                        .with(0, 1, "v1", Phase.RUNNING)
                        .launched())
                .containsExactly("2/1 v1");
        assertThat(PlanFixture.wanting(5).admitted(0).launched()).isEmpty();
    }

    @Test
    void lostCapacityRemovesNoReplica() {
        assertThat(PlanFixture.wanting(5)
                        .admitted(1)
                        .with(0, 4, "v1", Phase.RUNNING)
                        .plan()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void scalingDownRemovesTheNewestFirst() {
        var fixture = PlanFixture.wanting(1)
                .with(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(9)))
                .with(replica(1, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(1)))
                .with(replica(2, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5)));

        assertThat(fixture.removed()).containsExactly(0, 2);
    }

    @Test
    void scalingDownRemovesUnreadyReplicasFirst() {
        var fixture = PlanFixture.wanting(1)
                .with(replica(0, Phase.ENDED), replica(1, Phase.RUNNING), replica(2, Phase.PENDING));

        assertThat(fixture.removed()).containsExactly(2, 0);
    }

    @Test
    void onlyRunningReplicasGetAGracePeriod() {
        var removals = PlanFixture.wanting(0)
                .with(replica(0, Phase.RUNNING), replica(1, Phase.ENDED), replica(2, Phase.CREATED))
                .plan()
                .removals();

        assertThat(removals).extracting(r -> r.grace().toSeconds()).containsExactlyInAnyOrder(1L, 0L, 0L);
        assertThat(removals).extracting(r -> r.cause()).containsOnly(Cause.SCALE_DOWN);
    }

    @Test
    void scalingDownRemovesTerminatedContainersOfTheSlot() {
        var plan = PlanFixture.wanting(0)
                .with(replica(0, 1, "v1", Phase.ENDED), replica(0, 2, "v1", Phase.RUNNING))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.id().attempt()).containsExactly(1, 2);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void scalingToZeroInTheMiddleOfARolloutLeavesNothing() {
        var fixture = PlanFixture.wanting(0)
                .revision("v2", "v1")
                .budget(1, 0)
                .with(0, 2, "v1", Phase.RUNNING)
                .with(3, 3, "v2", Phase.PENDING);

        assertThat(fixture.removed()).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void deletionRemovesEverythingThatIsNotLeaving() {
        var plan = PlanFixture.wanting(3)
                .deleted()
                .with(replica(0, Phase.RUNNING), replica(1, Phase.TERMINATING), replica(2, Phase.FAILED))
                .with(replica(3, 1, "v0", Phase.ENDED), replica(3, 2, "v0", Phase.CREATED))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.id().slot()).containsExactly(0, 2, 3, 3);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void oneMoreReplicaOnAHundredThousandCostsLittle() {
        var fixture = PlanFixture.wanting(100_001).with(0, 99_999, "v1", Phase.RUNNING);
        var clock = ManagementFactory.getThreadMXBean(); // what else the machine does is none of its cost
        var started = clock.getCurrentThreadCpuTime();

        for (var round = 0; round < 1000; round++) {
            fixture.plan();
        }

        assertThat(Duration.ofNanos(clock.getCurrentThreadCpuTime() - started)).isLessThan(Duration.ofSeconds(2));
    }
}
