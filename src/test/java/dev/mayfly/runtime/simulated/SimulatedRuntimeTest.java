package dev.mayfly.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Requests;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.simulated.Faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatedRuntimeTest extends ContainerRuntimeContract {
    private static final Failure BROKEN = new Failure("ErrImagePull", "no such image");
    private final SimulatedRuntime simulated = new SimulatedRuntime(1, Samples.NOON, new Requests(8000, 8L << 30));

    @Override
    protected ContainerRuntime runtime() {
        return simulated;
    }

    @Override
    protected Template runsForEver() {
        return Samples.template("busybox");
    }

    @Override
    protected void kill(ReplicaId id) {
        simulated.kill(id);
    }

    @Override
    protected void vanish(ReplicaId id) {
        simulated.vanish(id);
    }

    @Override
    protected Instant now() {
        return simulated.now();
    }

    @Override
    protected void tick() {
        simulated.advance(Duration.ofMillis(100));
    }

    @Test
    void aLaunchThatFailsWithoutAContainerShowsWhy() {
        simulated.faults(launch -> Optional.of(new Fault(false, BROKEN)));

        var replica = launched();

        assertThat(replica.phase()).isEqualTo(Phase.FAILED);
        assertThat(replica.outcome().failure()).contains(BROKEN);
    }

    @Test
    void aContainerThatCannotStartIsDead() {
        simulated.faults(launch -> Optional.of(new Fault(true, BROKEN)));

        var replica = launched();

        assertThat(replica.phase()).isEqualTo(Phase.ENDED);
        assertThat(replica.startedAt()).isEmpty();
    }

    @Test
    void anEngineRestartIsNobodysFailure() {
        launched();

        simulated.restart();

        assertThat(observed().phase()).isEqualTo(Phase.ENDED);
        assertThat(observed().outcome().excused()).isTrue();
    }

    @Test
    void whatOnlyTheOperatorKnewIsGoneWithIt() {
        simulated.faults(launch -> Optional.of(new Fault(false, BROKEN)));
        launched();

        simulated.forget();

        assertThat(simulated.owners()).isEmpty();
    }

    @Test
    void anEngineThatDoesNotAnswerIsNotAnEmptyOne() {
        launched();
        simulated.available(false);

        assertThatThrownBy(() -> simulated.observe(Samples.WEB, simulated.now()))
                .isInstanceOf(RuntimeUnavailable.class);
        simulated.available(true);
    }

    private Replica launched() {
        simulated.launch(new Launch(Samples.id(0, 1), "v1", runsForEver(), 0, 0, simulated.now(), Priority.SCALE));
        simulated.advance(Duration.ofSeconds(1));
        return observed();
    }

    private Replica observed() {
        return simulated
                .observe(Samples.WEB, simulated.now())
                .find(Samples.id(0, 1))
                .orElseThrow();
    }
}
