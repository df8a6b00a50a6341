package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Termination.Exit;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.testing.engine.PrivateEngine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ends that an engine brings about by its own, and those beside them, on a real engine that stops. */
@Tag("engine")
class EngineShutdownTest {
    private static final OwnerId TASK = new OwnerId("EphemeralTask", "default", "batch", "uid-batch");
    /** How attempts end when the engine stops: by a signal that they obey, catch, or ignore. */
    private static final List<String> WHEN_STOPPED = List.of(
            "trap 'exit 0' TERM; while :; do sleep 0.05; done",
            "trap 'exit 3' TERM; while :; do sleep 0.05; done",
            "trap 'exit 255' TERM; while :; do sleep 0.05; done",
            "exec sleep 1000");

    private PrivateEngine engine;
    private EngineSettings settings;
    private DockerRuntime runtime;

    @BeforeEach
    void start() throws IOException {
        engine = new PrivateEngine("busybox:1.36");
        settings = Settings.of("0123456789ab", engine.address());
        runtime = operator();
    }

    @AfterEach
    void stop() throws IOException {
        runtime.close();
        engine.close();
    }

    @Test
    void theExitOfAReplicaThatEndedWithTheEngineIsUnknown() throws IOException {
        IntStream.range(0, WHEN_STOPPED.size()).forEach(slot -> launch(slot, WHEN_STOPPED.get(slot)));
        launch(9, "exit 0");
        awaitPhase(Phase.RUNNING, 0, 1, 2, 3);
        awaitPhase(Phase.ENDED, 9);

        engine.stop();
        engine.start();

        awaitPhase(Phase.ENDED, 0, 1, 2, 3);
        assertUnknown(0, 1, 2, 3);
        assertThat(find(9).outcome().exit()).as("known before").contains(new Exit(0, ""));
    }

    /** No answer of an engine during its shutdown makes a replica that could have run count as failed. */
    @Test
    void noLaunchFailsBecauseTheEngineShutsDown() throws IOException {
        IntStream.range(0, 60).forEach(slot -> launch(slot, "exit 0"));
        await(() -> ended().count() > 5);

        engine.stop();
        engine.start();

        await(this::settled);
        assertThat(ended().filter(replica -> !replica.outcome().excused()))
                .isNotEmpty()
                .allMatch(replica -> replica.outcome().exit().equals(Optional.of(new Exit(0, ""))));
        assertThat(all().filter(replica -> replica.phase() == Phase.LOST)).isEmpty();
    }

    @Test
    void theSameHoldsForARestartedOperator() throws IOException {
        IntStream.range(0, WHEN_STOPPED.size()).forEach(slot -> launch(slot, WHEN_STOPPED.get(slot)));
        awaitPhase(Phase.RUNNING, 0, 1, 2, 3);
        runtime.close();
        engine.stop();
        engine.start();

        runtime = operator();

        assertUnknown(0, 1, 2, 3);
    }

    @Test
    void anEngineThatIsKilledStopsWhatRanOnWhenItIsBack() throws IOException {
        IntStream.range(0, WHEN_STOPPED.size()).forEach(slot -> launch(slot, WHEN_STOPPED.get(slot)));
        awaitPhase(Phase.RUNNING, 0, 1, 2, 3);

        engine.kill();
        engine.start();

        awaitPhase(Phase.ENDED, 0, 1, 2, 3);
        assertUnknown(0, 1, 2, 3);
    }

    @Test
    void aTerminationWhileOnlyTheOperatorWasStoppedIsKnownWithItsOutput() {
        launch(0, "trap 'echo done; exit 0' USR1; while :; do sleep 0.05; done");
        launch(1, "trap 'echo lost >&2; exit 3' USR1; while :; do sleep 0.05; done");
        launch(2, "exec sleep 1000");
        awaitPhase(Phase.RUNNING, 0, 1, 2); // closed earlier, the operator would take no notice of a start under way
        runtime.close();
        client().killContainerCmd(Ownership.containerName(id(2))).exec();
        await(this::endedBySignal);

        runtime = operator();

        assertThat(find(0).outcome().exit()).contains(new Exit(0, ""));
        assertThat(find(0).outcome().output()).isEqualTo("done");
        assertThat(find(1).outcome().exit()).contains(new Exit(3, ""));
        assertThat(find(1).outcome().output()).isEqualTo("lost");
        assertThat(find(2).outcome().exit()).contains(new Exit(137, "SIGKILL"));
        assertThat(IntStream.range(0, 3).mapToObj(this::find))
                .noneMatch(replica -> replica.outcome().excused());
    }

    /** Sends the signal to all that run: a shell that has not set its trap yet ignores it. @return true where none runs */
    private boolean endedBySignal() {
        var running = client().listContainersCmd().exec();
        for (var container : running) {
            try {
                client().killContainerCmd(container.getId()).withSignal("USR1").exec();
            } catch (ConflictException ended) {
                // since it was listed
            }
        }
        return running.isEmpty();
    }

    @Test
    void aTerminationByAUserOnARunningEngineIsKnown() {
        IntStream.range(0, 3).forEach(slot -> launch(slot, WHEN_STOPPED.get(0)));
        awaitPhase(Phase.RUNNING, 0, 1, 2);

        await(() -> hasSetItsTrap(0));
        client().stopContainerCmd(Ownership.containerName(id(0))).exec();
        client().killContainerCmd(Ownership.containerName(id(1))).exec();
        client().removeContainerCmd(Ownership.containerName(id(2)))
                .withForce(true)
                .exec();

        awaitPhase(Phase.ENDED, 0, 1);
        awaitPhase(Phase.LOST, 2);
        assertThat(find(0).outcome().exit()).contains(new Exit(0, ""));
        assertThat(find(1).outcome().exit()).contains(new Exit(137, "SIGKILL"));
        assertThat(find(2).outcome().exit()).contains(new Exit(137, "SIGKILL"));
        assertThat(all()).noneMatch(replica -> replica.outcome().excused());
    }

    /** Its shell sleeps in a loop, which comes after the trap. */
    private boolean hasSetItsTrap(int slot) {
        return client().topContainerCmd(Ownership.containerName(id(slot)))
                        .exec()
                        .getProcesses()
                        .length
                > 1;
    }

    private Stream<Replica> all() {
        return runtime.observe(TASK, Instant.now()).all();
    }

    private Stream<Replica> ended() {
        return all().filter(replica -> replica.phase() == Phase.ENDED);
    }

    private boolean settled() {
        try {
            return all().noneMatch(replica -> replica.phase() == Phase.PENDING || replica.phase() == Phase.RUNNING);
        } catch (RuntimeUnavailable away) {
            return false;
        }
    }

    private void assertUnknown(int... slots) {
        for (var slot : slots) {
            var replica = find(slot);
            assertThat(replica.outcome().excused()).as("%s", replica).isTrue();
            assertThat(replica.outcome().exit()).isEmpty();
            assertThat(replica.outcome().failure().orElseThrow().reason()).isEqualTo("EngineStopped");
        }
    }

    private DockerRuntime operator() {
        var started = new DockerRuntime(settings, Optional.empty(), InstantSource.system());
        started.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        started.start();
        return started;
    }

    private void launch(int slot, String script) {
        var template = Templates.plain()
                .withNetwork(network -> network.withPorts(List.of()))
                .withImage(image -> image.withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("sh", "-c", script)))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ofSeconds(2)))
                .withProcess(process -> process.withOutput(Template.Output.OF_EVERY_END));
        runtime.launch(new Launch(id(slot), "v1", template, 0, 0, Instant.EPOCH, Priority.SCALE));
    }

    private ReplicaId id(int slot) {
        return new ReplicaId(TASK, slot, 1);
    }

    private Replica find(int slot) {
        return runtime.observe(TASK, Instant.now()).find(id(slot)).orElseThrow();
    }

    private void awaitPhase(Phase phase, int... slots) {
        await(() -> IntStream.of(slots).allMatch(slot -> {
            try {
                return find(slot).phase() == phase;
            } catch (RuntimeUnavailable away) {
                return false;
            }
        }));
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    private DockerClient client() {
        return engine.client();
    }
}
