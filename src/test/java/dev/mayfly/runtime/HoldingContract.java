package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.ReplicaId;
import org.junit.jupiter.api.Test;

/** The contract of a {@link ContainerRuntime} that holds replicas of the warm pool. */
public abstract class HoldingContract extends ContainerRuntimeContract {

    /** Another client of the engine freezes the replica's processes. */
    protected abstract void pause(ReplicaId id);

    @Test
    void aReplicaThatAnotherClientPausedIsContinued() {
        runtime.launch(launch(0, 1, now()));
        await(observed -> observed.ready() == 1);

        pause(id(0, 1));
        await(observed -> observed.changedOutside().hasNext());
        assertThat(observe().ready()).isZero();
        runtime.holding().orElseThrow().resume(id(0, 1));

        await(observed -> observed.ready() == 1 && !observed.changedOutside().hasNext());
    }

    @Test
    void aWarmReplicaIsHeldAndReleased() {
        var pool = runtime.holding().orElseThrow();
        runtime.launch(launch(0, 1, now()).forPool(Hold.Paused));
        await(observed -> observed.pool().ready() == 1);
        assertThat(observe().occupied()).isZero();

        pool.hold(id(0, 1));
        awaitPhase(0, 1, Phase.HELD);
        assertThat(observe().ready() + observe().pool().ready()).isZero();
        pool.hold(id(0, 1));
        runtime.launch(launch(0, 1, now()).forPool(Hold.Paused));
        assertThat(find(0, 1).orElseThrow().phase()).isEqualTo(Phase.HELD);

        runtime.launch(Launch.release(find(0, 1).orElseThrow(), runsForEver()));
        assertThat(observe().occupied())
                .as("counted from the moment of the request")
                .isEqualTo(1);
        await(observed -> observed.ready() == 1);
        assertThat(observe().pool().occupied()).isZero();

        pool.hold(id(0, 1));
        runtime.launch(launch(1, 1, now()));
        awaitPhase(1, 1, Phase.RUNNING);
        assertThat(find(0, 1).orElseThrow().phase())
                .as("what has served is never held again")
                .isEqualTo(Phase.RUNNING);
    }

    /** It may be removed between the plan and its release. */
    @Test
    void aReleaseOfAReplicaThatIsGoneStartsNothing() {
        runtime.launch(launch(0, 1, now()).forPool(Hold.Paused));
        await(observed -> observed.pool().ready() == 1);
        var release = Launch.release(find(0, 1).orElseThrow(), runsForEver());
        runtime.remove(removal(id(0, 1)));
        await(observed -> observed.find(id(0, 1)).isEmpty());

        runtime.launch(release);

        assertThat(find(0, 1)).isEmpty();
    }

    @Test
    void aHeldReplicaThatIsKilledEndsAndOneThatIsRemovedIsGone() {
        var pool = runtime.holding().orElseThrow();
        for (var slot = 0; slot < 2; slot++) {
            runtime.launch(launch(slot, 1, now()).forPool(Hold.Paused));
        }
        await(observed -> observed.pool().ready() == 2);
        pool.hold(id(0, 1));
        pool.hold(id(1, 1));
        awaitPhase(0, 1, Phase.HELD);
        awaitPhase(1, 1, Phase.HELD);

        kill(id(0, 1));
        runtime.remove(removal(id(1, 1)));

        awaitPhase(0, 1, Phase.ENDED);
        await(observed -> observed.find(id(1, 1)).isEmpty());
        assertThat(observe().pool().count(Phase.ENDED))
                .as("it stays the pool's")
                .isEqualTo(1);
        assertThat(observe().occupied()).isZero();
    }
}
