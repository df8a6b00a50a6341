package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.NOON;
import static dev.mayfly.core.model.Samples.replica;
import static java.util.stream.IntStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests with a {@code maxLifetime} of one hour. */
class LifetimeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void noReplicaIsRemovedBeforeItIsDueAndPlanningIsRequeuedForThen() {
        var due = Lifetime.due(aged(0, Duration.ofMinutes(50)), HOUR);
        var plan = living(1).with(aged(0, Duration.ofMinutes(50))).plan();

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.requeueAfter()).contains(Duration.between(NOON, due));
    }

    @Test
    void aTenthOfJitterSpreadsReplacementsDeterministically() {
        var dues = range(0, 100)
                .mapToObj(slot -> Lifetime.due(aged(slot, Duration.ZERO), HOUR))
                .toList();

        assertThat(dues).allMatch(due -> !due.isBefore(at(54)) && !due.isAfter(at(66)));
        assertThat(dues).anyMatch(due -> due.isBefore(at(56))).anyMatch(due -> due.isAfter(at(64)));
        assertThat(dues).doesNotHaveDuplicates();
    }

    @Test
    void theNewReplicaComesFirstIfASurgeFits() {
        var fixture = living(2).budget(1, 1).with(aged(0, Duration.ofMinutes(70)), aged(1, Duration.ofMinutes(1)));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("2/1 v1");
        assertThat(fixture.with(replica(2, Phase.PENDING)).plan().isEmpty()).isTrue();
        assertThat(fixture.with(aged(2, Duration.ZERO)).plan().removals())
                .singleElement()
                .satisfies(removal -> {
                    assertThat(removal.id().slot()).isZero();
                    assertThat(removal.cause()).isEqualTo(Cause.MAX_LIFETIME);
                });
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void theNewReplicaMustBeAvailableNotOnlyReady() {
        var fixture = living(1)
                .budget(1, 0)
                .also(desired -> desired.withRollout(rollout -> rollout.withMinReady(Duration.ofSeconds(30))))
                .with(aged(0, Duration.ofMinutes(70)), aged(1, Duration.ofSeconds(20)));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.plan().requeueAfter()).contains(Duration.ofSeconds(10));
        assertThat(fixture.after(Duration.ofSeconds(10)).removed()).containsExactly(0);
    }

    @Test
    void withoutASurgeOneMayBeUnavailable() {
        var fixture = living(2).budget(0, 1).with(aged(0, Duration.ofMinutes(70)), aged(1, Duration.ofMinutes(70)));

        assertThat(fixture.removed()).containsExactly(0);
        assertThat(fixture.with(replica(0, Phase.TERMINATING)).plan().isEmpty()).isTrue();
        assertThat(fixture.with(replica(0, 2, "v1", Phase.PENDING)).removed()).isEmpty();
    }

    @Test
    void replicasThatAreAllDueAreReplacedOneByOne() {
        var fixture = living(10).budget(3, 3);
        range(0, 10).forEach(slot -> fixture.with(aged(slot, Duration.ofMinutes(70))));

        assertThat(fixture.launched()).containsExactly("10/1 v1");
        assertThat(fixture.with(aged(10, Duration.ZERO)).removed()).containsExactly(0);
        assertThat(fixture.with(replica(0, Phase.TERMINATING)).plan().isEmpty()).isTrue();
    }

    @Test
    void whileOneIsNotReadyNoneIsRemovedForItsAge() {
        assertThat(living(2)
                        .budget(0, 1)
                        .with(
                                aged(0, Duration.ofMinutes(70)),
                                replica(1, Phase.CREATED)
                                        .withHistory(history -> history.withNotBefore(NOON.plusSeconds(60))))
                        .removed())
                .isEmpty();
    }

    @Test
    void aDueReplicaThatIsNotReadyIsReplacedTheSameWay() {
        var unready = aged(0, Duration.ofMinutes(70)).serving(false, NOON);

        assertThat(living(2)
                        .budget(1, 0)
                        .with(unready, aged(1, Duration.ZERO), aged(2, Duration.ZERO))
                        .removed())
                .containsExactly(0);
    }

    @Test
    void aRolloutReplacesOldReplicasItself() {
        var plan = living(2)
                .budget(0, 1)
                .revision("v2", "v1")
                .with(aged(0, Duration.ofMinutes(70)), aged(1, Duration.ofMinutes(70)))
                .plan();

        assertThat(plan.removals()).noneMatch(removal -> removal.cause() == Cause.MAX_LIFETIME);
    }

    @Test
    void whilePausedReplicasAreReplacedByTheirOwnRevision() {
        var fixture = living(1).budget(1, 0).revision("v2", "v1").paused().with(aged(0, Duration.ofMinutes(70)));

        assertThat(fixture.launched()).containsExactly("1/1 v1");
    }

    @Test
    void withoutCapacityForASurgeOneIsRemovedOnlyIfTheBudgetAllows() {
        var fixture = living(2)
                .also(desired -> desired.admitting(2))
                .with(aged(0, Duration.ofMinutes(70)), aged(1, Duration.ZERO));

        assertThat(fixture.budget(1, 0).removed()).isEmpty();
        assertThat(fixture.budget(1, 1).removed()).containsExactly(0);
    }

    @Test
    void thousandsThatStartedTogetherCostLittle() {
        var fixture = living(20_000).budget(1, 0);
        range(0, 20_000).forEach(slot -> fixture.with(aged(slot, Duration.ofMinutes(54))));
        var clock = ManagementFactory.getThreadMXBean(); // what else the machine does is none of its cost
        var started = clock.getCurrentThreadCpuTime();

        for (var round = 0; round < 100; round++) {
            fixture.plan();
        }

        assertThat(Duration.ofNanos(clock.getCurrentThreadCpuTime() - started)).isLessThan(Duration.ofSeconds(2));
    }

    private static PlanFixture living(int replicas) {
        return PlanFixture.wanting(replicas)
                .also(desired -> desired.withRollout(rollout -> rollout.withMaxLifetime(Optional.of(HOUR))));
    }

    /** A replica that has served for that long at noon. */
    private static Replica aged(int slot, Duration age) {
        return replica(slot, Phase.PENDING).in(Phase.RUNNING, NOON.minus(age));
    }

    private static Instant at(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }
}
