package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.AuditPolicy.OnWrite;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.Writes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests with {@code maxConsecutiveFailures} 2. */
class MaxConsecutiveFailuresTest {

    @Test
    void aSlotThatExceedsMaxConsecutiveFailuresIsAbandonedAndKeptAsItIsForNow() {
        var fixture = restarting(2).with(failed(0, 3, 2), replica(1, Phase.RUNNING));

        assertThat(fixture.plan().abandoning()).containsExactly(0);
        assertThat(fixture.plan().isEmpty()).isTrue();
        assertThat(fixture.plan().requeueAfter()).isPresent();
    }

    @Test
    void untilTheLimitASlotGetsSuccessors() {
        assertThat(restarting(1).with(failed(0, 2, 1)).launched()).containsExactly("0/3 v1");
    }

    @Test
    void withMaxConsecutiveFailuresZeroTheFirstFailureAbandonsTheSlot() {
        var fixture = PlanFixture.wanting(1)
                .also(desired -> desired.withRestarts(restarts -> restarts.withMaxConsecutiveFailures(0)))
                .with(failed(0, 1, 0));

        assertThat(fixture.plan().abandoning()).containsExactly(0);
    }

    @Test
    void aReplicaThatServedLongEnoughDidNotFail() {
        var served = replica(0, 1, "v1", Phase.PENDING)
                .in(Phase.RUNNING, NOON.minusSeconds(10))
                .in(Phase.ENDED, NOON);

        assertThat(PlanFixture.wanting(1)
                        .also(d -> d.withRestarts(restarts -> restarts.withMaxConsecutiveFailures(0)))
                        .with(served)
                        .plan()
                        .abandoning())
                .isEmpty();
    }

    @Test
    void aTerminationThatIsNoFailureAbandonsNoSlot() {
        var served = replica(0, 6, "v1", Phase.PENDING)
                .withHistory(history -> history.withFailures(5))
                .in(Phase.RUNNING, NOON.minusSeconds(10))
                .in(Phase.ENDED, NOON);

        assertThat(restarting(1).with(served).plan().abandoning()).isEmpty();
    }

    @Test
    void aLaunchThatLeftNoContainerIsNoRestart() {
        var refused = replica(0, 9, "v1", Phase.FAILED).withHistory(history -> history.withFailures(8));

        assertThat(restarting(1).with(refused).after(Duration.ofHours(1)).launched())
                .containsExactly("0/10 v1");
    }

    @Test
    void theLastTerminatedContainerStaysForItsLogsAndTakesNoPlace() {
        var plan = restarting(2)
                .abandoned(0)
                .with(failed(0, 3, 2), replica(1, Phase.RUNNING))
                .plan();

        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void supersededContainersOfAnAbandonedSlotAreRemoved() {
        var plan = restarting(2)
                .abandoned(0)
                .with(failed(0, 2, 1), failed(0, 3, 2), replica(1, Phase.RUNNING))
                .plan();

        assertThat(plan.removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().attempt()).isEqualTo(2);
            assertThat(removal.cause()).isEqualTo(Cause.HISTORY);
        });
    }

    @Test
    void noMoreContainersStayThanHistoryLimit() {
        var fixture = restarting(3)
                .abandoned(0, 1)
                .with(failed(0, 3, 2), failed(1, 3, 2).withSince(NOON.plusSeconds(1)))
                .with(replica(2, 1, "v1", Phase.ENDED), replica(2, 2, "v1", Phase.RUNNING));

        assertThat(fixture.plan().removals()).extracting(r -> r.id().slot()).containsExactlyInAnyOrder(0, 2);
        assertThat(fixture.terminatedHistoryLimit(0).removed()).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(fixture.terminatedHistoryLimit(3).removed()).isEmpty();
    }

    @Test
    void aReplicaLaunchedByALatePlanIsRemoved() {
        var plan = restarting(1)
                .abandoned(0)
                .with(replica(0, 4, "v1", Phase.RUNNING))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.cause()).containsExactly(Cause.MAX_CONSECUTIVE_FAILURES);
    }

    @Test
    void aReplicaThatARolloutReplacesAbandonsNoSlot() {
        var fixture = restarting(1).revision("v2", "v1").budget(1, 0).with(failed(0, 3, 2));

        assertThat(fixture.plan().abandoning()).isEmpty();
        assertThat(fixture.paused().plan().abandoning()).containsExactly(0);
    }

    @Test
    void recreationBecauseOfWritesCountsAsFailure() {
        var wrote = replica(0, 3, "v1", Phase.RUNNING)
                .withHistory(history -> history.withFailures(2))
                .withWrites(new Writes(true, Optional.empty()));

        assertThat(restarting(1)
                        .on(OnWrite.Recreate)
                        .budget(1, 0)
                        .with(wrote)
                        .plan()
                        .abandoning())
                .containsExactly(0);
    }

    private static PlanFixture restarting(int replicas) {
        return PlanFixture.wanting(replicas)
                .also(desired -> desired.withRestarts(restarts -> restarts.withMaxConsecutiveFailures(2)));
    }

    private static Replica failed(int slot, int attempt, int failures) {
        return replica(slot, attempt, "v1", Phase.PENDING)
                .withHistory(history -> history.withFailures(failures))
                .in(Phase.RUNNING, NOON)
                .failed(Phase.ENDED, NOON, new Failure("Error", "ended with exit code 1"));
    }
}
