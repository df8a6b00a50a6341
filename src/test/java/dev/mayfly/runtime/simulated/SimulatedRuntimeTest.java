package dev.mayfly.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntimeContract;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    void aContainerThatCannotStartIsTerminated() {
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
    void stateInMemoryIsLostWithTheOperator() {
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

    @Test
    void oneThatObeysItsStopSignalHasStoppedAndOneThatDoesNotIsKilled() {
        launched();
        simulated.remove(new Removal(Samples.id(0, 1), Duration.ofSeconds(9), Removal.Cause.SCALE_DOWN));
        simulated.advance(Duration.ofSeconds(9));
        simulated.launch(new Launch(Samples.id(0, 2), "v1", runsForEver(), 0, 1, simulated.now(), Priority.SCALE));
        simulated.advance(Duration.ofSeconds(1));
        simulated.remove(new Removal(Samples.id(0, 2), Duration.ofMillis(1), Removal.Cause.SCALE_DOWN));
        simulated.advance(Duration.ofSeconds(9));

        assertThat(simulated.owners()).isEmpty();
        assertThat(simulated.terminations().orElseThrow().terminations(Samples.WEB))
                .extracting(Termination::reason)
                .containsExactly(Termination.GRACE_EXCEEDED, Termination.STOPPED);
    }

    @Test
    void whatIsDoneIsReported() {
        var reasons = new ArrayList<String>();
        simulated.reporting().orElseThrow().onEvent(event -> reasons.add(event.reason()));
        launched();
        simulated.remove(new Removal(Samples.id(0, 1), Duration.ZERO, Removal.Cause.SCALE_DOWN));
        simulated.advance(Duration.ofSeconds(1));
        simulated.faults(launch -> Optional.of(new Fault(false, BROKEN)));
        launched();

        assertThat(reasons).containsExactly("SuccessfulCreate", "SuccessfulDelete", BROKEN.reason());
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        assertThat(history(7)).isEqualTo(history(7)).isNotEqualTo(history(8));
    }

    private static List<Observed> history(long seed) {
        var engine = new SimulatedRuntime(seed, Samples.NOON, Requests.NONE);
        var history = new ArrayList<Observed>();
        for (var step = 0; step < 300; step++) {
            var id = Samples.id(step % 5, 1 + step / 50);
            switch (step % 3) {
                case 0 ->
                    engine.launch(new Launch(id, "v1", Samples.template("a"), 0, 0, engine.now(), Priority.SCALE));
                case 1 -> engine.kill(id);
                default -> engine.remove(new Removal(id, Duration.ofSeconds(1), Removal.Cause.SCALE_DOWN));
            }
            engine.advance(Duration.ofMillis(70));
            history.add(engine.observe(Samples.WEB, engine.now()));
        }
        return history;
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
