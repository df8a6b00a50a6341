package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.WarmPool;
import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmPoolTest {

    @Test
    void warmReplicasAreInNoCount() {
        var observed = wanting(0, 2).with(held(0), held(1)).observed();

        assertThat(observed.occupied()).isZero();
        assertThat(observed.ready()).isZero();
        assertThat(observed.revisions()).isEmpty();
        assertThat(observed.terminatedContainers()).isZero();
        assertThat(observed.pool().count(Phase.HELD)).isEqualTo(2);
        assertThat(observed.freeSlots().findFirst()).hasValue(2);
    }

    @Test
    void aScaleUpReleasesBeforeItStarts() {
        assertThat(wanting(5, 2).with(held(0), held(1)).plan().launches())
                .hasSize(2)
                .allMatch(Launch::releases);
        assertThat(wanting(5, 2).with(0, 1, "v1", Phase.RUNNING).plan().launches())
                .as("a drained pool falls back to starts")
                .hasSize(3)
                .noneMatch(launch -> launch.releases() || launch.warm());
    }

    @Test
    void noReleaseWaitsForTheWindow() {
        var fixture = wanting(50, 50).window(4);
        IntStream.range(0, 50).forEach(slot -> fixture.with(held(slot)));

        assertThat(fixture.plan().launches()).hasSize(50).allMatch(Launch::releases);
    }

    @Test
    void aHealReleasesAnotherSlotAndMakesAWarmOneInItsOwn() {
        var plan = wanting(1, 1)
                .with(replica(3, Phase.ENDED).withStartedAt(Optional.of(NOON)))
                .with(held(17))
                .plan();

        assertThat(plan.launches()).hasSize(2);
        assertThat(plan.launches().getFirst())
                .matches(launch -> launch.releases() && launch.id().slot() == 17);
        assertThat(plan.launches().getLast())
                .matches(launch ->
                        launch.warm() && launch.id().slot() == 3 && launch.id().attempt() == 2)
                .matches(launch -> launch.failures() == 1);
    }

    @Test
    void aSlotThatFailsRepeatedlyWaitsForItsBackOff() {
        var plan = wanting(1, 1)
                .with(replica(3, Phase.ENDED).withHistory(history -> history.withFailures(1)))
                .with(held(17))
                .plan();

        assertThat(plan.launches()).noneMatch(Launch::releases);
    }

    @Test
    void oneThatFailedTooOftenHasNoSuccessorInThePool() {
        var capped = wanting(0, 2)
                .also(desired -> desired.withRestarts(restarts -> restarts.withMaxConsecutiveFailures(2)))
                .with(held(1));
        var failed = warm(replica(0, Phase.ENDED));

        assertThat(capped.with(failed.withHistory(history -> history.withFailures(1)))
                        .plan()
                        .launches())
                .hasSize(1);
        assertThat(capped.with(failed.withHistory(history -> history.withFailures(2)))
                        .plan()
                        .isEmpty())
                .isTrue();
        assertThat(wanting(0, 2)
                        .also(desired -> desired.withRestarts(restarts -> restarts.withMaxConsecutiveFailures(2)))
                        .with(failed.withHistory(history -> history.withFailures(2)))
                        .plan()
                        .launches())
                .as("it keeps no other place empty")
                .hasSize(1);
        assertThat(capped.with(failed.withHistory(history -> history.withFailures(2)))
                        .also(desired -> desired.withRevision("v2"))
                        .plan()
                        .removals())
                .as("a new revision empties its place")
                .extracting(Removal::id)
                .contains(failed.id());
    }

    @Test
    void aReadyReplicaOfThePoolIsHeld() {
        var running = warm(replica(0, Phase.RUNNING));

        assertThat(wanting(0, 1).with(running).plan().holds()).containsExactly(running.id());
        assertThat(wanting(0, 1).with(running.serving(false, NOON)).plan().holds())
                .isEmpty();
        assertThat(wanting(0, 1).with(held(0)).plan().isEmpty()).isTrue();
    }

    @Test
    void thePoolIsFilledWhileNothingElseStarts() {
        assertThat(wanting(1, 2).plan().launches()).noneMatch(Launch::warm);
        assertThat(wanting(1, 2).with(replica(0, Phase.RUNNING)).plan().launches())
                .hasSize(2)
                .allMatch(Launch::warm);
        assertThat(wanting(0, 8).with(held(0)).plan().launches())
                .as("one held one proves as many as are ready, and one")
                .hasSize(2);
    }

    /** An operator that starts anew takes replicas of the pool that were not held yet for ones that serve. */
    @Test
    void thePoolIsNotFilledWhileTooManyServe() {
        var surplus = wanting(3, 5).with(held(5), held(6), held(7)).with(0, 4, "v1", Phase.RUNNING);

        assertThat(surplus.plan().removals()).hasSize(2);
        assertThat(surplus.plan().launches()).isEmpty();
        assertThat(wanting(3, 5)
                        .with(held(5), held(6), held(7))
                        .with(0, 2, "v1", Phase.RUNNING)
                        .plan()
                        .launches())
                .hasSize(2)
                .allMatch(Launch::warm);
    }

    @Test
    void aScaleToZeroKeepsThePoolAndASizeOfZeroEmptiesIt() {
        assertThat(wanting(0, 2).with(held(0), held(1)).plan().isEmpty()).isTrue();
        assertThat(wanting(3, 0)
                        .with(held(0), held(1))
                        .with(2, 4, "v1", Phase.RUNNING)
                        .plan()
                        .removals())
                .extracting(Removal::cause)
                .containsExactly(Cause.SCALE_DOWN, Cause.SCALE_DOWN);
    }

    @Test
    void thePoolKeepsItsRevisionUntilTheNewOneIsProven() {
        var rolling = wanting(2, 1)
                .revision("v2", "v1")
                .partition(0, "v1")
                .budget(1, 0)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(held(5));
        assertThat(rolling.plan().launches()).singleElement().matches(launch -> !launch.warm());
        assertThat(rolling.plan().removals()).isEmpty();

        var proven = wanting(1, 1)
                .revision("v2", "v1")
                .partition(0, "v2")
                .with(0, 0, "v2", Phase.RUNNING)
                .with(held(5));
        assertThat(proven.plan().removals())
                .extracting(removal -> removal.id().slot())
                .containsExactly(5);
    }

    @Test
    void aRolloutsReplacementIsReleased() {
        var released = warm(replica(5, 1, "v2", Phase.RUNNING)).in(Phase.HELD, NOON);
        var plan = wanting(2, 1)
                .revision("v2", "v1")
                .partition(0, "v1")
                .budget(1, 0)
                .with(replica(0, Phase.RUNNING), replica(1, 1, "v2", Phase.RUNNING), released)
                .after(Duration.ofSeconds(1))
                .plan();

        assertThat(plan.launches())
                .singleElement()
                .matches(launch -> launch.releases() && launch.id().equals(released.id()));
    }

    @Test
    void anUnprovenRevisionCostsAPoolWithoutOthersOneReplica() {
        var plan = wanting(0, 3)
                .revision("v2", "v1")
                .partition(0, "v1")
                .with(held(0), held(1), held(2))
                .plan();

        assertThat(plan.removals()).extracting(Removal::cause).containsExactly(Cause.ROLLOUT);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void oldAndFaultyReplicasLeaveThePool() {
        var aged = wanting(0, 2)
                .also(desired ->
                        desired.withRollout(rollout -> rollout.withMaxLifetime(Optional.of(Duration.ofMinutes(1)))))
                .with(held(0), held(1));
        assertThat(aged.after(Duration.ofMinutes(2)).plan().removals())
                .extracting(Removal::cause)
                .containsExactly(Cause.MAX_LIFETIME);
    }

    @Test
    void demandEnlargesThePoolForAMinute() {
        var fixture = pool(PlanFixture.wanting(1), 0, 2).with(replica(0, Phase.RUNNING));

        assertThat(fixture.plan().launches()).hasSize(2).allMatch(Launch::warm);
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofMinutes(1));
        assertThat(fixture.after(Duration.ofSeconds(61)).plan().isEmpty()).isTrue();
    }

    @Test
    void aPoolThatDoesNotFitIsSmaller() {
        var desired = Samples.desired(3)
                .withWarm(new WarmPool(5, 0, Integer.MAX_VALUE, Hold.Paused))
                .admitting(6);

        assertThat(desired.admitted()).isEqualTo(3);
        assertThat(desired.warm().fits())
                .isEqualTo(6 - 3 - desired.rollout().budget().maxSurge());
    }

    private static PlanFixture wanting(int replicas, int size) {
        return pool(PlanFixture.wanting(replicas), size, 0);
    }

    private static PlanFixture pool(PlanFixture fixture, int size, int onDemand) {
        return fixture.also(desired -> desired.withWarm(new WarmPool(size, onDemand, Integer.MAX_VALUE, Hold.Paused)));
    }

    private static Replica held(int slot) {
        return warm(replica(slot, Phase.RUNNING)).in(Phase.HELD, NOON);
    }

    private static Replica warm(Replica replica) {
        return replica.withHealth(health -> health.withWarm(true));
    }
}
