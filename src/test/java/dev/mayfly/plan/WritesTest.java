package dev.mayfly.plan;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.AuditPolicy.OnWrite;
import dev.mayfly.model.Failure;
import dev.mayfly.model.Phase;
import dev.mayfly.model.Removal.Cause;
import dev.mayfly.model.Replica;
import dev.mayfly.model.Writes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WritesTest {

    @Test
    void aReportedWriteChangesNothing() {
        assertThat(Scene.wanting(2).with(wrote(0), clean(1)).plan().isEmpty()).isTrue();
    }

    @Test
    void oneThatWroteGoesAsFarAsTheBudgetAllowsAndASuccessorIsToFollow() {
        var plan = recreating(3).with(wrote(0), wrote(1), clean(2)).plan();

        assertThat(plan.removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isZero();
            assertThat(removal.cause()).isEqualTo(Cause.RECREATE);
            assertThat(removal.grace()).isEqualTo(Duration.ofSeconds(1));
        });
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void theNextWaitsUntilTheFreshOneIsReady() {
        assertThat(recreating(3)
                        .with(replica(0, 2, "v1", Phase.PENDING), wrote(1), clean(2))
                        .removed())
                .isEmpty();
    }

    @Test
    void whereNoneMayBeMissingAFreshOneComesFirstInAnotherSlot() {
        var scene = recreating(3).budget(1, 0).with(wrote(0), wrote(1), clean(2));

        assertThat(scene.removed()).isEmpty();
        assertThat(scene.launched()).containsExactly("3/1 v1");
        assertThat(scene.with(clean(3)).removed()).containsExactly(0);
        assertThat(scene.plan().removals()).extracting(r -> r.cause()).containsOnly(Cause.WRITES);
        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void theFreshOneInAnotherSlotTakesOverTheFailures() {
        var again = counting(wrote(0), 2);

        assertThat(recreating(1).budget(1, 0).with(again).plan().launches())
                .singleElement()
                .satisfies(launch -> {
                    assertThat(launch.failures()).isEqualTo(3);
                    assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(20));
                });
    }

    @Test
    void theSuccessorOfOneThatWroteWaitsHoweverLongThatRan() {
        var ran = counting(replica(0, Phase.PENDING), 1).in(Phase.RUNNING, NOON.minusSeconds(300));
        var gone = ran.failed(Phase.LOST, NOON, Writes.REPLACED);

        assertThat(recreating(1).with(gone).plan().launches()).singleElement().satisfies(launch -> {
            assertThat(launch.id().attempt()).isEqualTo(2);
            assertThat(launch.failures()).isEqualTo(2);
            assertThat(launch.notBefore()).isEqualTo(NOON.plusSeconds(10));
        });
    }

    @Test
    void pausedAndRolloutsDoNotStopIt() {
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
    void anEngineWithoutRoomRecreatesNobody() {
        assertThat(recreating(3).admitted(1).with(wrote(0), clean(1), clean(2)).removed())
                .isEmpty();
    }

    @Test
    void tooMuchIsEvictedOneAtATimeEvenWhereNoneMayBeMissing() {
        var scene = Scene.wanting(3).budget(1, 0).with(tooMuch(0), tooMuch(1), clean(2));

        assertThat(scene.plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isZero();
            assertThat(removal.cause()).isEqualTo(Cause.RECREATE);
        });
        assertThat(scene.with(replica(0, Phase.TERMINATING)).removed()).isEmpty();
    }

    @Test
    void aSiblingThatKeepsCrashingDoesNotProtectOneThatHoldsTooMuch() {
        assertThat(Scene.wanting(2)
                        .budget(0, 1)
                        .with(tooMuch(0), replica(1, 3, "v1", Phase.CREATED))
                        .removed())
                .containsExactly(0);
    }

    @Test
    void aSlotIsGivenUpBeforeWhatIsInItIsStopped() {
        var scene = Scene.wanting(2).on(OnWrite.Stop).with(wrote(0), clean(1));

        assertThat(scene.plan().givingUp()).containsExactly(0);
        assertThat(scene.plan().isEmpty()).isTrue();
        assertThat(scene.plan().nextLook()).isPresent();

        assertThat(scene.givenUp(0).plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.cause()).isEqualTo(Cause.WRITES);
            assertThat(removal.grace()).isEqualTo(Duration.ofSeconds(1));
        });
        assertThat(scene.launched()).isEmpty();
    }

    @Test
    void oneThatWroteAndEndedIsNotHealedBeforeItsSlotIsGivenUp() {
        var ended = wrote(0).in(Phase.ENDED, NOON);

        var plan = Scene.wanting(1).on(OnWrite.Stop).with(ended).plan();

        assertThat(plan.givingUp()).containsExactly(0);
        assertThat(plan.launches()).isEmpty();
    }

    @Test
    void aSlotThatIsGivenUpHoldsOnePlaceWhateverTheScale() {
        assertThat(Scene.wanting(3).givenUp(1).with(clean(0), clean(2)).plan().isEmpty())
                .isTrue();
        assertThat(Scene.wanting(5).givenUp(1).with(clean(0), clean(2)).launched())
                .containsExactly("3/1 v1", "4/1 v1");
        assertThat(Scene.wanting(2).givenUp(1).with(clean(0), clean(2)).removed())
                .hasSize(1);
        assertThat(Scene.wanting(0).givenUp(1).with(clean(0)).removed()).containsExactly(0);
        assertThat(Scene.wanting(1).givenUp(0, 1).plan().isEmpty()).isTrue();
    }

    @Test
    void anotherTemplateFillsAllSlotsAgain() {
        assertThat(Scene.wanting(2).revision("v2", "v1").with(clean(1)).launched())
                .containsExactly("0/1 v2");
    }

    @Test
    void whatARolloutReplacesIsStoppedWithoutTakingASlotAlong() {
        var scene = Scene.wanting(2)
                .revision("v2", "v1")
                .on(OnWrite.Stop)
                .budget(1, 0)
                .with(wrote(0), clean(1));

        assertThat(scene.plan().givingUp()).isEmpty();
        assertThat(scene.removed()).as("none may be missing").isEmpty();
        assertThat(scene.budget(1, 1).removed()).containsExactly(0);
        assertThat(scene.paused().plan().givingUp()).containsExactly(0);
    }

    @Test
    void allThatWroteAndAreReplacedGoWithinTheBudget() {
        var scene = Scene.wanting(4).revision("v2", "v1").on(OnWrite.Stop).budget(1, 1);

        assertThat(scene.with(wrote(0), wrote(1), wrote(2), wrote(3)).removed()).hasSize(1);
    }

    @Test
    void theRevisionThatIsTriedTakesNoPlaceOfThoseThatServe() {
        var wrote = replica(4, 1, "v2", Phase.RUNNING).having(new Writes(true, Optional.empty()));
        var scene = Scene.wanting(4)
                .revision("v2", "v1")
                .on(OnWrite.Stop)
                .budget(1, 0)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(wrote)
                .after(Duration.ofMinutes(1));

        assertThat(scene.plan().givingUp()).isEmpty();
        assertThat(scene.plan().removals()).singleElement().satisfies(removal -> {
            assertThat(removal.id().slot()).isEqualTo(4);
            assertThat(removal.cause()).isEqualTo(Cause.RECREATE);
        });
    }

    @Test
    void aRevisionThatWritesProvesNothing() {
        var wrote = replica(4, 1, "v2", Phase.RUNNING).having(new Writes(true, Optional.empty()));
        var scene = Scene.wanting(4)
                .revision("v2", "v1")
                .budget(2, 1)
                .with(0, 3, "v1", Phase.RUNNING)
                .with(wrote, replica(5, 1, "v2", Phase.RUNNING))
                .after(Duration.ofMinutes(1));

        assertThat(scene.removed()).hasSize(3);
        assertThat(scene.on(OnWrite.Stop).removed()).containsExactly(4);
    }

    @Test
    void scalingDownWhileAFreshOneComesTakesNoMoreThanTheSurplus() {
        var scene = recreating(2).budget(1, 0).with(wrote(0), clean(1), replica(2, Phase.PENDING));

        assertThat(scene.plan().isEmpty()).isTrue();
    }

    private static Scene recreating(int replicas) {
        return Scene.wanting(replicas).on(OnWrite.Recreate);
    }

    private static Replica clean(int slot) {
        return replica(slot, Phase.RUNNING);
    }

    private static Replica wrote(int slot) {
        return replica(slot, Phase.RUNNING).having(new Writes(true, Optional.empty()));
    }

    private static Replica tooMuch(int slot) {
        return replica(slot, Phase.RUNNING)
                .having(new Writes(false, Optional.of(new Failure("Evicted", "its writable layer is too large"))));
    }

    private static Replica counting(Replica r, int failures) {
        return r.withFailures(failures);
    }
}
