package dev.mayfly.runtime.docker;

import static dev.mayfly.model.Samples.NOON;
import static dev.mayfly.model.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.model.Phase;
import dev.mayfly.model.Replica;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class DyingTest {
    private static final Replica RUNS = replica(0, Phase.RUNNING);

    private final ReplicaIndex index = new ReplicaIndex();
    private final Dying dying = new Dying(index, InstantSource.fixed(NOON.plusSeconds(9)));

    DyingTest() {
        index.change(RUNS.id().owner(), observed -> observed.with(RUNS));
    }

    @Test
    void oneWhoseEndIsToldIsNotReadyBeforeItIsInspected() {
        assertThat(RUNS.ready()).isTrue();

        dying.told(RUNS.id());

        assertThat(known().ready()).isFalse();
        assertThat(known().phase()).isEqualTo(Phase.RUNNING);
        assertThat(dying.isTold(RUNS.id())).isTrue();
    }

    @Test
    void anInspectionThatWasAskedForBeforeSaysNothing() {
        dying.told(RUNS.id());

        dying.inspected(RUNS);

        assertThat(known().ready()).isFalse();
        assertThat(dying.isTold(RUNS.id())).isTrue();
    }

    @Test
    void oneThatSomebodyStartedAgainIsWhatItWas() {
        dying.told(RUNS.id());

        dying.inspected(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5)));

        assertThat(known().ready()).isTrue();
        assertThat(dying.isTold(RUNS.id())).isFalse();
    }

    @Test
    void oneThatWasNotReadyDoesNotBecomeSo() {
        index.change(RUNS.id(), replica -> replica.serving(false, NOON));
        dying.told(RUNS.id());

        dying.inspected(replica(0, Phase.PENDING).in(Phase.RUNNING, NOON.plusSeconds(5)));

        assertThat(known().ready()).isFalse();
    }

    @Test
    void whatEndedAndWhatIsGoneIsForgotten() {
        dying.told(RUNS.id());
        dying.inspected(replica(0, Phase.ENDED));
        assertThat(dying.isTold(RUNS.id())).isFalse();

        dying.told(RUNS.id());
        index.remove(RUNS.id());
        dying.forgetGone();
        assertThat(dying.isTold(RUNS.id())).isFalse();
    }

    private Replica known() {
        return index.find(RUNS.id()).orElseThrow();
    }
}
