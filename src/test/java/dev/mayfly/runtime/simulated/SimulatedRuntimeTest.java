package dev.mayfly.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.core.model.Desired.WarmPool.Hold;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Samples;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Requests;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Usage;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.Capacity.Used;
import dev.mayfly.runtime.HoldingContract;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.simulated.SimulatedRuntime.Faults.Fault;
import dev.mayfly.runtime.support.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SimulatedRuntimeTest extends HoldingContract {
    private static final Failure BROKEN = new Failure("ErrImagePull", "no such image");
    private final SimulatedRuntime simulated = new SimulatedRuntime(
            SimulationSettings.of(1, Samples.NOON, new Requests(8000, 8L << 30)).withFaults(Silence::in));

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
    protected void pause(ReplicaId id) {
        simulated.change(id, Kind.PAUSED);
    }

    @Override
    protected void vanish(ReplicaId id) {
        simulated.vanish(id);
    }

    @Override
    protected int runningContainers(OwnerId of) {
        return simulated.runningContainers();
    }

    @Override
    protected void during(Trouble trouble, Runnable meanwhile) {
        Silence.during(simulated, meanwhile);
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

    /** The operator's clock may be ahead by a tick: that is no back-off. */
    @Test
    void whatIsPlannedByAClockThatIsAheadIsDue() {
        var planned =
                simulated.observe(Samples.WEB, simulated.now().plusMillis(40)).now();
        simulated.launch(new Launch(Samples.id(0, 1), "v1", runsForEver(), 0, 0, planned, Priority.SCALE));

        simulated.advance(Duration.ofSeconds(5));

        assertThat(observed().phase()).isEqualTo(Phase.RUNNING);
    }

    /** The engine reports an end before it says how it ended. */
    @Test
    void oneThatEndsIsNotReadyAnyMoreAndNeitherHeldNorReleased() {
        simulated.launch(
                new Launch(Samples.id(0, 1), "v1", runsForEver(), 0, 0, now(), Priority.SCALE).forPool(Hold.Paused));
        simulated.advance(Duration.ofSeconds(30));
        simulated.exit(Samples.id(0, 1), Signals.KILLED, Optional.of(Duration.ofSeconds(1)));

        simulated.ready(Samples.id(0, 1), true);
        assertThat(observed().ready()).isFalse();
        simulated.holding().orElseThrow().hold(Samples.id(0, 1));
        simulated.launch(Launch.release(observed(), runsForEver()));
        simulated.advance(Duration.ofSeconds(30));

        assertThat(observed().phase()).isEqualTo(Phase.ENDED);
    }

    /** After a scale to 0 and back a slot has the same attempt again. */
    @Test
    void aReplicaIsNotReadyByTheProbeOfAnotherOfItsSlotAndAttempt() {
        var slow = new Probe(
                new Probe.TcpSocket(1), Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
        var template = runsForEver().withProbes(new Probes(Optional.empty(), Optional.of(slow), Optional.empty()));
        launched(template);
        simulated.remove(new Removal(Samples.id(0, 1), Duration.ZERO, Removal.Cause.SCALE_DOWN));
        simulated.advance(Duration.ofSeconds(30));
        launched(template);

        simulated.advance(Duration.ofSeconds(40));
        assertThat(observed().ready()).isFalse();
        simulated.advance(Duration.ofSeconds(30));
        assertThat(observed().ready()).isTrue();
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
    void clientsAreLedElsewhereFirstAlsoAfterACrash() {
        launched();
        simulated.drains().orElseThrow().before(id -> CompletableFuture.completedStage(Duration.ofSeconds(3)));
        simulated.forget();

        simulated.remove(new Removal(Samples.id(0, 1), Duration.ofSeconds(9), Removal.Cause.SCALE_DOWN));
        simulated.advance(Duration.ofMillis(2_900));
        assertThat(simulated.observe(Samples.WEB, simulated.now()).find(Samples.id(0, 1)))
                .isPresent();
        simulated.advance(Duration.ofSeconds(9));

        assertThat(simulated.observe(Samples.WEB, simulated.now()).isEmpty()).isTrue();
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        assertThat(history(7)).isEqualTo(history(7)).isNotEqualTo(history(8));
    }

    @Test
    void whatOthersHoldIsTheSumOfTheirReplicas() {
        var namespace = Samples.WEB.namespace();
        var neighbour = new OwnerId("EphemeralWorkload", namespace, "other", "uid-other");
        history(3, engine -> {
            var all = Usage.of(engine.observe(Samples.WEB, engine.now()));
            var capacity = engine.capacity().orElseThrow();
            assertThat(capacity.usedExcept(Set.of(neighbour), namespace)).isEqualTo(new Used(all, all));
            assertThat(capacity.usedExcept(Set.of(), "elsewhere")).isEqualTo(new Used(all, Usage.NONE));
            assertThat(capacity.usedExcept(Set.of(Samples.WEB, neighbour), namespace))
                    .isEqualTo(new Used(Usage.NONE, Usage.NONE));
        });
    }

    private static List<Observed> history(long seed) {
        return history(seed, engine -> {});
    }

    /** @param after each step */
    private static List<Observed> history(long seed, Consumer<SimulatedRuntime> after) {
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
            after.accept(engine);
            history.add(engine.observe(Samples.WEB, engine.now()));
        }
        return history;
    }

    private Replica launched() {
        return launched(runsForEver());
    }

    private Replica launched(Template template) {
        simulated.launch(new Launch(Samples.id(0, 1), "v1", template, 0, 0, simulated.now(), Priority.SCALE));
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
