package dev.mayfly.runtime.docker;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.HoldingContract;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.RuntimeUnavailable;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.testing.engine.BothEngines;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The contract against a real engine. */
@Tag("engine")
@BothEngines
class DockerRuntimeContractTest extends HoldingContract {
    private static final String CLUSTER =
            UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);
    /** Longer than answers take. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private static DockerRuntime docker;
    /** The runtime's way to the engine. */
    private static EngineProxy way;

    private static Engine engine;

    @BeforeAll
    static void connect(@TempDir Path directory) {
        way = new EngineProxy(directory.resolve("engine.sock"));
        engine = new EngineConnector(Settings.of(CLUSTER)).connect();
        docker = new DockerRuntime(
                Settings.eager(CLUSTER, way.address(), CALL_TIMEOUT), Optional.empty(), InstantSource.system());
        docker.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        docker.start();
    }

    @AfterAll
    static void disconnect() throws IOException {
        var shared = docker.sharedResources().orElseThrow();
        shared.remove(shared.unused(List.of(), Set.of(), Instant.MAX));
        docker.close();
        way.close();
        engine.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return docker;
    }

    @Override
    protected Template runsForEver() {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(UNTIL_TERM))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO))
                .withEphemerality(dev.mayfly.core.model.Ephemerality.DEFAULT);
    }

    @Override
    protected void kill(ReplicaId id) {
        client().killContainerCmd(container(id)).exec();
    }

    @Override
    protected void pause(ReplicaId id) {
        client().pauseContainerCmd(Ownership.containerName(id)).exec();
    }

    @Override
    protected void vanish(ReplicaId id) {
        client().removeContainerCmd(Ownership.containerName(id)).withForce(true).exec();
    }

    @Override
    protected int runningContainers(OwnerId of) {
        return client().listContainersCmd()
                .withLabelFilter(Map.of(Ownership.OWNER_UID, of.uid()))
                .exec()
                .size();
    }

    /** It has the replica's labels, as one that was made of the replica's committed image, and another name. */
    @Override
    protected Stranger stranger(ReplicaId like) {
        var labels =
                client().inspectContainerCmd(container(like)).exec().getConfig().getLabels();
        var stranger = client().createContainerCmd("busybox:1.36")
                .withName("stranger-" + like.owner().uid())
                .withLabels(labels)
                .withCmd(UNTIL_TERM)
                .exec()
                .getId();
        client().startContainerCmd(stranger).exec();
        return new Stranger(
                () -> engine.container(stranger)
                        .filter(found -> found.getState().getRunning())
                        .isPresent(),
                () -> engine.remove(stranger));
    }

    @Override
    protected void during(Trouble trouble, Runnable meanwhile) {
        way.mode(
                switch (trouble) {
                    case CUT -> Mode.REFUSE;
                    case STALLED -> Mode.SILENT;
                    case LATE_EVENTS -> Mode.LATE;
                });
        try {
            meanwhile.run();
            await().pollDelay(A_MOMENT).until(() -> trouble == Trouble.LATE_EVENTS || !answers());
        } finally {
            way.mode(Mode.PASS);
        }
    }

    /** A silent engine is given up after a while. */
    private static boolean answers() {
        try {
            docker.owners();
            return true;
        } catch (RuntimeUnavailable silence) {
            return false;
        }
    }

    @Override
    protected Instant now() {
        return Instant.now();
    }

    private static String container(ReplicaId id) {
        var pooled = Ownership.pooledName(id);
        return engine.container(pooled).isPresent() ? pooled : Ownership.containerName(id);
    }

    private static DockerClient client() {
        return engine.client();
    }
}
