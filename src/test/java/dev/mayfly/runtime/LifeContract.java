package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica.Busy;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract of a runtime that probes its replicas, and of one that records their terminations. */
public abstract class LifeContract extends EngineContract {

    @Test
    void aReplicaThatAProbeGatesIsReadyOnceThatSucceeds() {
        assertThat(runtime.busyWatch()).isPresent();
        launch(new Probes(Optional.empty(), Optional.of(exec("true", 1)), Optional.empty()));

        await(observed -> observed.ready() == 1);

        var ready = find(0, 1).orElseThrow();
        assertThat(ready.health().gated()).isTrue();
        assertThat(ready.health().readySince().orElseThrow())
                .isAfterOrEqualTo(ready.startedAt().orElseThrow().plusSeconds(1));
    }

    @Test
    void oneWhoseLivenessFailsIsRememberedAsUnhealthyUntilItsSuccessorIsThere() {
        assertThat(runtime.busyWatch()).isPresent();
        launch(new Probes(Optional.empty(), Optional.empty(), Optional.of(exec("false", 0))));

        await(observed -> observed.unhealthy().hasNext());
        var why = find(0, 1).orElseThrow().health().unhealthy();
        assertThat(find(0, 1).orElseThrow().ready()).isFalse();
        runtime.remove(new Removal(id(0, 1), Duration.ZERO, Removal.Cause.UNHEALTHY));

        awaitPhase(0, 1, Phase.LOST);
        assertThat(find(0, 1).orElseThrow().outcome().failure()).isEqualTo(why);
    }

    @Test
    void busyProbesRunWhileTheyAreRequested() {
        assertThat(runtime.busyWatch()).isPresent();
        var watch = runtime.busyWatch().orElseThrow();
        launch(Probes.NONE);
        awaitPhase(0, 1, Phase.RUNNING);
        assertThat(busy(0)).isEmpty();

        var asked = now();
        watch.watchBusy(owner, Optional.of(exec("true", 0)));
        await(observed -> busy(0).filter(Busy::busy).isPresent());
        var first = busy(0).orElseThrow().asOf();
        assertThat(first).isAfterOrEqualTo(asked);
        await(observed -> busy(0).orElseThrow().asOf().isAfter(first));

        watch.watchBusy(owner, Optional.of(exec("false", 0)));
        await(observed -> busy(0).filter(answer -> !answer.busy()).isPresent());

        watch.watchBusy(owner, Optional.empty());
        await(observed -> busy(0).isEmpty());
    }

    @Test
    void replicasThatStartLaterAreProbedToo() {
        assertThat(runtime.busyWatch()).isPresent();
        launch(Probes.NONE);
        awaitPhase(0, 1, Phase.RUNNING);
        runtime.busyWatch().orElseThrow().watchBusy(owner, Optional.of(exec("false", 0)));

        runtime.launch(launch(1, 1, now()));

        await(observed -> observed.count(Phase.RUNNING) == 2 && observed.allAnsweredSince(Instant.MIN));
        runtime.busyWatch().orElseThrow().watchBusy(owner, Optional.empty());
    }

    @Test
    void howReplicasEndedIsRememberedTheLatestFirst() {
        assertThat(runtime.terminations()).isPresent();
        var terminations = runtime.terminations().orElseThrow();
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        kill(id(0, 1));
        awaitPhase(0, 1, Phase.ENDED);
        runtime.launch(launch(0, 2, now()));
        awaitPhase(0, 2, Phase.RUNNING);
        runtime.remove(removal(id(0, 2)));

        await(observed -> terminations.terminations(owner).size() == 2);

        assertThat(terminations.terminations(owner))
                .extracting(Termination::attempt)
                .containsExactly(2, 1);
        assertThat(terminations.terminations(owner))
                .extracting(Termination::requested)
                .containsExactly(true, false);
        assertThat(terminations.terminations(owner).getLast().exit()).contains(new Exit(137, "SIGKILL"));
        terminations.forget(owner);
        assertThat(terminations.terminations(owner)).isEmpty();
    }

    /** After a scale to 0 and back a slot has the same attempt again. */
    @Test
    void theEndsOfTwoReplicasOfTheSameSlotAndAttemptAreBothRemembered() {
        assertThat(runtime.terminations()).isPresent();
        var terminations = runtime.terminations().orElseThrow();
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        runtime.remove(removal(id(0, 1)));
        await(Observed::isEmpty);

        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        kill(id(0, 1));
        awaitPhase(0, 1, Phase.ENDED);

        assertThat(terminations.terminations(owner))
                .extracting(Termination::requested)
                .containsExactlyInAnyOrder(false, true); // times of Pods are whole seconds
    }

    private Optional<Busy> busy(int slot) {
        return find(slot, 1).orElseThrow().health().busy();
    }

    private void launch(Probes probes) {
        var template = runsForEver().withProbes(probes);
        runtime.launch(new Launch(id(0, 1), "v1", template, 0, 0, now(), Priority.SCALE));
    }
}
