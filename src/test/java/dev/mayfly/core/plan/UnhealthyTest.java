package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnhealthyTest {
    private static final Failure WHY = new Failure("Unhealthy", "Liveness probe failed");

    @Test
    void unhealthyReplicasAreRemovedAtOnceRegardlessOfTheBudget() {
        var plan = PlanFixture.wanting(3)
                .budget(1, 0)
                .with(unhealthy(0, 1), unhealthy(1, 1), unhealthy(2, 1))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.id().slot()).containsExactly(0, 1, 2);
        assertThat(plan.removals()).extracting(r -> r.cause()).containsOnly(Cause.UNHEALTHY);
        assertThat(plan.removals()).extracting(r -> r.grace().toSeconds()).containsOnly(1L);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void neitherAPauseNorARolloutProtectsUnhealthyReplicas() {
        assertThat(PlanFixture.wanting(1)
                        .revision("v2", "v1")
                        .paused()
                        .with(unhealthy(0, 1))
                        .removed())
                .containsExactly(0);
        assertThat(PlanFixture.wanting(2)
                        .revision("v2", "v1")
                        .budget(1, 0)
                        .with(unhealthy(0, 1), replica(1, Phase.RUNNING))
                        .removed())
                .contains(0);
    }

    @Test
    void terminatedContainersOfItsSlotStayForTheirLogs() {
        var plan = PlanFixture.wanting(1)
                .with(replica(0, 1, "v1", Phase.ENDED), unhealthy(0, 2))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.id().attempt()).containsExactly(2);
    }

    @Test
    void itsSuccessorBacksOffByTheOrdinaryRules() {
        var early = gone(5, 1);
        var late = gone(11, 1);

        assertThat(PlanFixture.wanting(1).with(early).plan().launches())
                .singleElement()
                .satisfies(launch -> {
                    assertThat(launch.id().attempt()).isEqualTo(2);
                    assertThat(launch.failures()).isEqualTo(2);
                    assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(10));
                });
        assertThat(PlanFixture.wanting(1).with(late).plan().launches())
                .singleElement()
                .satisfies(launch -> {
                    assertThat(launch.failures()).isEqualTo(1);
                    assertThat(launch.notBefore()).isEqualTo(NOON);
                });
    }

    @Test
    void anUnhealthySurplusReplicaIsNotReplaced() {
        var plan = PlanFixture.wanting(1)
                .with(replica(0, Phase.RUNNING), unhealthy(1, 1))
                .plan();

        assertThat(plan.removals()).extracting(r -> r.cause()).containsExactly(Cause.SCALE_DOWN);
    }

    private static Replica unhealthy(int slot, int attempt) {
        return replica(slot, attempt, "v1", Phase.RUNNING)
                .serving(false, NOON)
                .withHealth(health -> health.withUnhealthy(Optional.of(WHY)));
    }

    /** A replica that is gone since noon and had served for so long. */
    private static Replica gone(int seconds, int failures) {
        return replica(0, Phase.PENDING)
                .withHistory(history -> history.withFailures(failures))
                .in(Phase.RUNNING, NOON.minus(Duration.ofSeconds(seconds)))
                .serving(false, NOON)
                .failed(Phase.LOST, NOON, WHY);
    }
}
