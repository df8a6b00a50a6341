package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Termination;
import dev.mayfly.core.model.Termination.Exit;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of a runtime that is not alone with its engine, which may be out of reach, slow, or late with its events. */
public abstract class EngineContract extends RuntimeUnderTest {
    private static final int CLIENTS = 4;
    private static final int SLOTS = 4;
    private static final Duration GRACE = Duration.ofMinutes(1);

    @Test
    void whatManyRequestAtOnceIsDoneOnce() throws Exception {
        var due = now();
        atOnce(slot -> runtime.launch(launch(slot, 1, due)));

        await(observed -> observed.count(Phase.RUNNING) == SLOTS);
        until(() -> runningContainers(owner) == SLOTS);
        assertThat(observe().all()).hasSize(SLOTS);

        atOnce(slot -> runtime.remove(removal(id(slot, 1))));

        await(Observed::isEmpty);
        until(() -> runningContainers(owner) == 0);
        assertThat(runtime.terminations().orElseThrow().terminations(owner)).hasSize(SLOTS);
    }

    @Test
    void aReplicaThatIsAskedToStopEndsByItselfAndItsExitIsReported() {
        var probes = new Probes(Optional.empty(), Optional.of(exec("true", 2)), Optional.empty());
        var template = runsForEver().withProbes(probes);
        runtime.launch(new Launch(id(0, 1), "v1", template, 0, 0, now(), Priority.SCALE));
        await(observed -> observed.ready() == 1); // its process has begun to listen for signals

        runtime.remove(new Removal(id(0, 1), GRACE, Removal.Cause.SCALE_DOWN));

        await(Observed::isEmpty);
        var end = runtime.terminations().orElseThrow().terminations(owner).getFirst();
        assertThat(end.reason()).isEqualTo(Termination.STOPPED);
        assertThat(end.exit()).contains(new Exit(143, "SIGTERM"));
    }

    @Test
    void aStrangerThatLooksLikeAReplicaIsNeitherSeenNorTouched() {
        runtime.launch(launch(0, 1, now()));
        awaitPhase(0, 1, Phase.RUNNING);
        try (var stranger = stranger(id(0, 1))) {
            runtime.remove(removal(id(0, 1)));
            await(Observed::isEmpty);

            during(Trouble.CUT, () -> runtime.remove(removal(id(0, 1))));

            var due = now();
            await(observed -> {
                runtime.launch(launch(1, 1, due)); // as long as it is not there, it is requested again
                return running(observed);
            }); // what the engine reported before is seen
            assertThat(observe().all()).hasSize(1);
            runtime.remove(removal(id(1, 1)));
            await(Observed::isEmpty);
            until(() -> !runtime.owners().contains(owner));
            assertThat(stranger.runs().getAsBoolean()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatHappensInTroubleIsSeenAfterItAndWhatIsRequestedIsDoneOnce(Trouble trouble) {
        IntStream.range(0, 3).forEach(slot -> runtime.launch(launch(slot, 1, now())));
        await(observed -> observed.count(Phase.RUNNING) == 3);
        var due = now();

        during(trouble, () -> {
            kill(id(0, 1));
            vanish(id(1, 1));
            runtime.remove(removal(id(2, 1)));
            runtime.launch(launch(3, 1, due));
        });

        awaitPhase(0, 1, Phase.ENDED);
        awaitPhase(1, 1, Phase.LOST);
        await(observed -> observed.find(id(2, 1)).isEmpty());
        await(observed -> {
            runtime.launch(launch(3, 1, due)); // as long as it is not there, it is requested again
            return running(observed);
        });
        until(() -> runningContainers(owner) == 1);
        assertThat(observe().all()).hasSize(3);
    }

    /** After a scale to 0 and back a slot has the same attempt again. */
    @Test
    void lateEventsOfAReplicaDoNotConcernItsNamesake() {
        IntStream.range(0, 2).forEach(slot -> runtime.launch(launch(slot, 1, now())));
        await(observed -> observed.count(Phase.RUNNING) == 2);

        during(Trouble.LATE_EVENTS, () -> {
            runtime.remove(removal(id(0, 1)));
            await(observed -> observed.find(id(0, 1)).isEmpty());
            runtime.launch(launch(0, 1, now()));
            awaitPhase(0, 1, Phase.RUNNING);
            kill(id(1, 1));
        });

        awaitPhase(1, 1, Phase.ENDED);
        assertThat(find(0, 1)).get().matches(namesake -> namesake.phase() == Phase.RUNNING && namesake.ready());
        until(() -> runningContainers(owner) == 1);
        assertThat(runtime.terminations().orElseThrow().terminations(owner))
                .extracting(Termination::requested)
                .containsExactlyInAnyOrder(true, false);
    }

    /** Each of the clients makes the request for every slot. */
    private static void atOnce(IntConsumer request) throws Exception {
        var all = Executors.callable(() -> IntStream.range(0, SLOTS).forEach(request));
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (var done : clients.invokeAll(Collections.nCopies(CLIENTS, all))) {
                done.get();
            }
        }
    }
}
