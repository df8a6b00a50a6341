package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.HoldingContract;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings;
import dev.mayfly.testing.engine.BothEngines;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract against a real engine. */
@Tag("engine")
@BothEngines
class DockerRuntimeContractTest extends HoldingContract {
    private static final EngineSettings SETTINGS =
            Settings.of(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private static DockerRuntime docker;
    private static Engine engine;

    @BeforeAll
    static void connect() {
        engine = new EngineConnector(SETTINGS).connect();
        docker = new DockerRuntime(SETTINGS, Optional.empty(), InstantSource.system());
        docker.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        docker.start();
    }

    @AfterAll
    static void disconnect() throws IOException {
        var shared = docker.sharedResources().orElseThrow();
        shared.remove(shared.unused(List.of(), Set.of(), Instant.MAX));
        docker.close();
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
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
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
