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

class WritesTest {

    @Test
    void aReportedWriteChangesNothing() {
        assertThat(PlanFixture.wanting(2).with(wrote(0), clean(1)).plan().isEmpty())
                .isTrue();
    }

    @Test
    void aReplicaThatWroteIsRecreatedWithinTheBudget() {
        var plan = recreating(3).with(wrote(0), wrote(1), clean(2)).plan();

        assertThat(plan.removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isZero();
            assertThat(removal.cause()).isEqualTo(Cause.RECREATE);
            assertThat(removal.grace()).isEqualTo(Duration.ofSeconds(1));
        });
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void theNextOneWaitsUntilTheNewReplicaIsReady() {
        assertThat(recreating(3)
                        .with(replica(0, 2, "v1", Phase.PENDING), wrote(1), clean(2))
                        .removed())
                .isEmpty();
    }

    @Test
    void withNoneUnavailableANewReplicaComesFirstInAnotherSlot() {
        var fixture = recreating(3).budget(1, 0).with(wrote(0), wrote(1), clean(2));

        assertThat(fixture.removed()).isEmpty();
        assertThat(fixture.launched()).containsExactly("3/1 v1");
        assertThat(fixture.with(clean(3)).removed()).containsExactly(0);
        assertThat(fixture.plan().removals()).extracting(r -> r.cause()).containsOnly(Cause.WRITES);
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void theNewReplicaInAnotherSlotTakesOverTheFailures() {
        var again = counting(wrote(0), 2);

        assertThat(recreating(1).budget(1, 0).with(again).plan().launches())
                .singleElement()
                .satisfies(launch -> {
                    assertThat(launch.failures()).isEqualTo(3);
                    assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(20));
                });
    }

    @Test
    void theSuccessorOfAReplicaThatWroteBacksOffRegardlessOfItsRunTime() {
        var ran = counting(replica(0, Phase.PENDING), 1).in(Phase.RUNNING, NOON.minusSeconds(300));
        var gone = ran.failed(Phase.LOST, NOON, Writes.REPLACED);

        assertThat(recreating(1).with(gone).plan().launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().attempt()).isEqualTo(2);
            assertThat(launch.failures()).isEqualTo(2);
            assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(10));
        });
    }

    @Test
    void neitherAPauseNorARolloutStopsRecreation() {
        assertThat(recreating(3).paused().with(wrote(0), clean(1), clean(2)).removed())
                .containsExactly(0);
        assertThat(recreating(3)
                        .revision("v2", "v1")
                        .paused()
                        .with(wrote(0), clean(1), clean(2))
                        .removed())
                .containsExactly(0);
    }

    @Test
    void withoutCapacityNothingIsRecreated() {
        assertThat(recreating(3).admitted(1).with(wrote(0), clean(1), clean(2)).removed())
                .isEmpty();
    }

    @Test
    void replicasOverALimitAreEvictedOneAtATimeEvenWithNoneUnavailable() {
        var fixture = PlanFixture.wanting(3).budget(1, 0).with(tooMuch(0), tooMuch(1), clean(2));

        assertThat(fixture.plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isZero();
            assertThat(removal.cause()).isEqualTo(Cause.RECREATE);
        });
        assertThat(fixture.with(replica(0, Phase.TERMINATING)).removed()).isEmpty();
    }

    @Test
    void aCrashLoopingSiblingDoesNotProtectAReplicaOverALimit() {
        assertThat(PlanFixture.wanting(2)
                        .budget(0, 1)
                        .with(tooMuch(0), replica(1, 3, "v1", Phase.CREATED))
                        .removed())
                .containsExactly(0);
    }

    @Test
    void aSlotIsAbandonedBeforeItsReplicaIsStopped() {
        var fixture = PlanFixture.wanting(2).on(OnWrite.Stop).with(wrote(0), clean(1));

        assertThat(fixture.plan().abandoning()).containsExactly(0);
        assertThat(fixture.plan().isEmpty()).isTrue();
        assertThat(fixture.plan().requeueAfter()).isPresent();

        assertThat(fixture.abandoned(0).plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.cause()).isEqualTo(Cause.WRITES);
            assertThat(removal.grace()).isEqualTo(Duration.ofSeconds(1));
        });
        assertThat(fixture.launched()).isEmpty();
    }

    @Test
    void aTerminatedReplicaThatWroteIsNotHealedBeforeItsSlotIsAbandoned() {
        var ended = wrote(0).in(Phase.ENDED, NOON);

        var plan = PlanFixture.wanting(1).on(OnWrite.Stop).with(ended).plan();

        assertThat(plan.abandoning()).containsExactly(0);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void anAbandonedSlotTakesOnePlaceAtAnyScale() {
        assertThat(PlanFixture.wanting(3)
                        .abandoned(1)
                        .with(clean(0), clean(2))
                        .plan()
                        .isEmpty())
                .isTrue();
        assertThat(PlanFixture.wanting(5).abandoned(1).with(clean(0), clean(2)).launched())
                .containsExactly("3/1 v1", "4/1 v1");
        assertThat(PlanFixture.wanting(2).abandoned(1).with(clean(0), clean(2)).removed())
                .hasSize(1);
        assertThat(PlanFixture.wanting(0).abandoned(1).with(clean(0)).removed()).containsExactly(0);
        assertThat(PlanFixture.wanting(1).abandoned(0, 1).plan().isEmpty()).isTrue();
    }

    @Test
    void aNewTemplateFillsAllSlotsAgain() {
        assertThat(PlanFixture.wanting(2).revision("v2", "v1").with(clean(1)).launched())
                .containsExactly("0/1 v2");
    }

    @Test
    void aWriterThatARolloutReplacesAbandonsNoSlot() {
        var fixture = PlanFixture.wanting(2)
                .revision("v2", "v1")
                .on(OnWrite.Stop)
                .budget(1, 0)
                .with(wrote(0), clean(1));

        assertThat(fixture.plan().abandoning()).isEmpty();
        assertThat(fixture.removed()).as("none may be missing").isEmpty();
        assertThat(fixture.budget(1, 1).removed()).containsExactly(0);
        assertThat(fixture.paused().plan().abandoning()).containsExactly(0);
    }

    @Test
    void replicasThatWroteAreReplacedWithinTheBudget() {
        var fixture =
                PlanFixture.wanting(4).revision("v2", "v1").on(OnWrite.Stop).budget(1, 1);

        assertThat(fixture.with(wrote(0), wrote(1), wrote(2), wrote(3)).removed())
                .hasSize(1);
    }

    @Test
    void aWritingNewRevisionTakesNoPlaceOfServingReplicas() {
        var wrote = replica(4, 1, "v2", Phase.RUNNING).withWrites(new Writes(true, Optional.empty()));
        var fixture = PlanFixture.wanting(4)
                .revision("v2", "v1")
                .on(OnWrite.Stop)
                .budget(1, 0)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(wrote)
                .after(Duration.ofMinutes(1));

        assertThat(fixture.plan().abandoning()).isEmpty();
        assertThat(fixture.plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isEqualTo(4);
            assertThat(removal.cause()).isEqualTo(Cause.RECREATE);
        });
    }

    @Test
    void aRevisionThatWritesDoesNotPassTheCanary() {
        var wrote = replica(4, 1, "v2", Phase.RUNNING).withWrites(new Writes(true, Optional.empty()));
        var fixture = PlanFixture.wanting(4)
                .revision("v2", "v1")
                .budget(2, 1)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(wrote, replica(5, 1, "v2", Phase.RUNNING))
                .after(Duration.ofMinutes(1));

        assertThat(fixture.removed()).hasSize(3);
        assertThat(fixture.on(OnWrite.Stop).removed()).containsExactly(4);
    }

    @Test
    void scalingDownDuringARecreationRemovesOnlyTheSurplus() {
        var fixture = recreating(2).budget(1, 0).with(wrote(0), clean(1), replica(2, Phase.PENDING));

        assertThat(fixture.plan().isEmpty()).isTrue();
    }

    private static PlanFixture recreating(int replicas) {
        return PlanFixture.wanting(replicas).on(OnWrite.Recreate);
    }

    private static Replica clean(int slot) {
        return replica(slot, Phase.RUNNING);
    }

    private static Replica wrote(int slot) {
        return replica(slot, Phase.RUNNING).withWrites(new Writes(true, Optional.empty()));
    }

    private static Replica tooMuch(int slot) {
        return replica(slot, Phase.RUNNING)
                .withWrites(new Writes(false, Optional.of(new Failure("Evicted", "its writable layer is too large"))));
    }

    private static Replica counting(Replica r, int failures) {
        return r.withHistory(history -> history.withFailures(failures));
    }
}
