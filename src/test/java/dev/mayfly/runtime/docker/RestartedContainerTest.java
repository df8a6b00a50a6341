package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Removal.Cause;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Replica.OutsideChange.Kind;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Users stop, start and rename a replica's container with the engine's own tools. */
@Tag("engine")
class RestartedContainerTest {
    /** Less than the 30 s after which all containers are listed again. */
    private static final Duration SOON = Duration.ofSeconds(25);

    private final OwnerId owner = new OwnerId(
            "EphemeralWorkload", "restarted", "web", UUID.randomUUID().toString());
    private final ReplicaId id = new ReplicaId(owner, 0, 1);
    private final EngineSettings settings =
            Settings.of(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private DockerRuntime runtime;
    private Engine engine;

    @BeforeEach
    void connect() {
        engine = new EngineConnector(settings).connect();
        runtime = new DockerRuntime(settings, Optional.empty(), InstantSource.system());
        runtime.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        runtime.start();
        launch(id);
        await().until(() -> phase(id).equals(Optional.of(Phase.RUNNING)));
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        runtime.close();
        engine.containers().forEach(container -> engine.remove(container.getId()));
        engine.close();
    }

    @Test
    void aTerminatedContainerRunsAgain() {
        var before = observed().find(id).flatMap(Replica::startedAt).orElseThrow();
        stop();

        client().startContainerCmd(Ownership.containerName(id)).exec();

        await().atMost(SOON).until(() -> phase(id).equals(Optional.of(Phase.RUNNING)));
        var again = observed().find(id).orElseThrow();
        assertThat(again.ready()).isTrue();
        assertThat(again.startedAt().orElseThrow()).isAfter(before);
    }

    @Test
    void oneThatHasASuccessorIsSeenToRunBesideIt() {
        stop();
        launch(id.next());
        await().until(() -> phase(id.next()).equals(Optional.of(Phase.RUNNING)));

        client().startContainerCmd(Ownership.containerName(id)).exec();

        await().atMost(SOON).until(() -> phase(id).equals(Optional.of(Phase.RUNNING)));
        assertThat(observed().supersededCount()).isEqualTo(1);
        assertThat(observed().count(Phase.RUNNING)).isEqualTo(1);
    }

    @Test
    void oneThatIsRestartedIsReadyAgain() {
        client().restartContainerCmd(Ownership.containerName(id)).withTimeout(0).exec();

        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> observed().find(id).filter(Replica::ready).isPresent());
    }

    @Test
    void aContainerThatIsRestartedIsKnownAsChanged() {
        client().restartContainerCmd(Ownership.containerName(id)).withTimeout(0).exec();

        awaitChanged(Kind.RESTARTED);
    }

    @Test
    void aRestartedOperatorFindsOneThatWasRestartedBefore() {
        runtime.close();
        client().restartContainerCmd(Ownership.containerName(id)).withTimeout(0).exec();
        runtime = new DockerRuntime(settings, Optional.empty(), InstantSource.system());
        runtime.start();
        assertThat(phase(id)).contains(Phase.RUNNING);

        awaitChanged(Kind.RESTARTED);
    }

    @Test
    void aRenamedContainerStaysKnownAndIsRemovedUnderItsNewName() {
        client().renameContainerCmd(Ownership.containerName(id))
                .withName("foo-" + owner.uid())
                .exec();
        awaitChanged(Kind.RENAMED);

        runtime.remove(new Removal(id, Duration.ZERO, Cause.CHANGED_OUTSIDE));

        await().atMost(SOON).until(() -> phase(id).equals(Optional.of(Phase.LOST)));
        assertThat(engine.containers()).isEmpty();
    }

    @Test
    void aRenamedContainerThatIsKilledHasEnded() {
        client().renameContainerCmd(Ownership.containerName(id))
                .withName("foo-" + owner.uid())
                .exec();
        client().killContainerCmd("foo-" + owner.uid()).exec();

        await().atMost(SOON).until(() -> phase(id).equals(Optional.of(Phase.ENDED)));
    }

    @Test
    void aPausedContainerIsNotReadyUntilItIsContinued() {
        client().pauseContainerCmd(Ownership.containerName(id)).exec();
        awaitChanged(Kind.PAUSED);
        assertThat(observed().find(id)).get().matches(replica -> !replica.ready());

        client().unpauseContainerCmd(Ownership.containerName(id)).exec();

        await().atMost(SOON)
                .until(() -> observed().find(id).filter(Replica::ready).isPresent());
        assertThat(observed().changedOutside().hasNext()).isFalse();
    }

    @Test
    void anUpdatedContainerIsKnownAsChanged() {
        client().updateContainerCmd(Ownership.containerName(id))
                .withCpuShares(300)
                .exec();

        awaitChanged(Kind.UPDATED);
    }

    private void awaitChanged(Kind kind) {
        await().atMost(SOON)
                .until(() -> observed()
                        .find(id)
                        .flatMap(replica -> replica.health().changed())
                        .filter(change -> change.kind() == kind)
                        .isPresent());
    }

    private void stop() {
        client().stopContainerCmd(Ownership.containerName(id)).withTimeout(0).exec();
        await().atMost(SOON).until(() -> phase(id).equals(Optional.of(Phase.ENDED)));
    }

    private void launch(ReplicaId replica) {
        var template = Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None));
        runtime.launch(new Launch(replica, "v1", template, 0, 0, Instant.now(), Priority.SCALE));
    }

    private Optional<Phase> phase(ReplicaId replica) {
        return observed().find(replica).map(Replica::phase);
    }

    private Observed observed() {
        return runtime.observe(owner, Instant.now());
    }

    private DockerClient client() {
        return engine.client();
    }
}
