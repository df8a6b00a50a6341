package dev.mayfly.core.plan;

import static dev.mayfly.core.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal.Cause;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** While a spec is refused, the last revision goes on; without one, nothing starts and nothing that runs is lost. */
class RefusedPlanTest {
    private static final Failure WHY = new Failure("SecretNotFound", "Secret login is not there");

    @Test
    void theRevisionThatGoesOnIsHealed() {
        assertThat(refused(3)
                        .with(0, 1, "v1", Phase.RUNNING)
                        .with(replica(2, Phase.ENDED))
                        .launched())
                .containsExactly("2/2 v1");
    }

    @Test
    void itIsScaled() {
        assertThat(refused(5).with(0, 2, "v1", Phase.RUNNING).launched()).containsExactly("3/1 v1", "4/1 v1");
        assertThat(refused(1).with(0, 2, "v1", Phase.RUNNING).removed()).hasSize(2);
        assertThat(refused(0).with(0, 2, "v1", Phase.RUNNING).removed()).hasSize(3);
    }

    @Test
    void aRolloutInItsMiddleStays() {
        var fixture = PlanFixture.wanting(4)
                .revision("v2", "v1")
                .partition(0, "v1")
                .budget(1, 1)
                .also(RefusedPlanTest::refused)
                .with(0, 1, "v1", Phase.RUNNING)
                .with(2, 3, "v2", Phase.RUNNING)
                .after(Duration.ofHours(1));
        assertThat(fixture.plan().isEmpty()).isTrue();
        assertThat(fixture.with(replica(1, 1, "v1", Phase.ENDED)).launched()).containsExactly("1/2 v1");
        assertThat(fixture.with(replica(3, 1, "v2", Phase.ENDED)).launched()).contains("3/2 v2");
    }

    @Test
    void whereNothingCanBeStartedWhatRunsIsKeptAndScaledDown() {
        assertThat(nothing(3)
                        .with(0, 1, "v1", Phase.RUNNING)
                        .with(replica(2, Phase.ENDED))
                        .plan()
                        .isEmpty())
                .isTrue();
        assertThat(nothing(3).plan().isEmpty()).isTrue();
        assertThat(nothing(1).with(0, 2, "v1", Phase.RUNNING).plan().removals())
                .hasSize(2)
                .allMatch(removal -> removal.cause() == Cause.SCALE_DOWN);
    }

    private static PlanFixture refused(int replicas) {
        return PlanFixture.wanting(replicas).budget(1, 1).also(RefusedPlanTest::refused);
    }

    private static Desired refused(Desired desired) {
        return desired.refusing(Optional.of("x"), WHY);
    }

    private static PlanFixture nothing(int replicas) {
        return PlanFixture.wanting(replicas).budget(1, 1).also(desired -> desired.startingNothing(WHY));
    }
}
