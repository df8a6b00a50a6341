package dev.mayfly.runtime.docker;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.Ownership.Mark;
import dev.mayfly.runtime.ResumptionContract;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class DockerResumptionTest extends ResumptionContract {
    @TempDir
    Path directory;

    /** In place of the contract's: each takes 5 s, so only make soak has them all. */
    protected static IntStream everyStep() {
        return Boolean.getBoolean("mayfly.test.every-step")
                ? ResumptionContract.everyStep()
                : IntStream.of(3, 8, 13, 18);
    }

    @Override
    protected Operated start() {
        return new OperatedDocker(directory.resolve("engine.sock"));
    }

    /** A real engine, and an operator that reaches it by a way that can be cut. */
    private static final class OperatedDocker implements Operated {
        /** Longer than a replica of a new revision has to run until the next one is replaced. */
        private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

        private static final Template RUNS = Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None))
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO));

        private final OwnerId owner = new OwnerId(
                "EphemeralWorkload", "resumed", "web", UUID.randomUUID().toString());
        private final String cluster =
                UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        private final Engine engine = new EngineConnector(Settings.of(cluster)).connect();
        private final EngineProxy way;
        private volatile Duration ahead = Duration.ZERO;
        private DockerRuntime operator;

        OperatedDocker(Path socket) {
            way = new EngineProxy(socket);
            startOperator();
        }

        private void startOperator() {
            operator = new DockerRuntime(Settings.of(cluster, way.address()), Optional.empty(), this::now);
            operator.imageEngine().orElseThrow().gate(ImageGate.OPEN);
            operator.start();
        }

        private Instant now() {
            return Instant.now().plus(ahead);
        }

        @Override
        public OwnerId owner() {
            return owner;
        }

        @Override
        public Observed observe() {
            return operator.observe(owner, now());
        }

        @Override
        public void launch(Launch launch) {
            operator.launch(new Launch(
                    launch.id(),
                    launch.revision(),
                    RUNS,
                    launch.failures(),
                    launch.restarts(),
                    launch.notBefore(),
                    launch.priority()));
        }

        @Override
        public void remove(Removal removal) {
            operator.remove(removal);
        }

        @Override
        public void settle() {
            await(observed ->
                    observed.all().map(Replica::phase).noneMatch(phase -> phase == Phase.PENDING || phase.leaving()));
            ahead = ahead.plus(LONG_ENOUGH);
        }

        @Override
        public void kill(Runnable request, boolean arrives) {
            way.mode(arrives ? Mode.PASS : Mode.REFUSE);
            request.run();
            if (arrives) {
                settle();
            }
            operator.close();
            way.mode(Mode.PASS);
            startOperator();
        }

        @Override
        public void crash(ReplicaId id) {
            engine.client().killContainerCmd(Ownership.containerName(id)).exec();
            await(observed -> observed.find(id).orElseThrow().phase() == Phase.ENDED);
        }

        private void await(Predicate<Observed> condition) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> condition.test(observe()));
        }

        @Override
        public List<ReplicaId> running() {
            return engine.containers().stream()
                    .filter(container -> "running".equals(container.getState()))
                    .map(this::id)
                    .toList();
        }

        private ReplicaId id(Container container) {
            return Ownership.read(cluster, container.getNames()[0].substring(1), container.getLabels())
                    .map(Mark::id)
                    .orElseThrow();
        }

        @Override
        public void close() throws IOException {
            operator.close();
            way.close();
            engine.containers().forEach(container -> engine.remove(container.getId()));
            engine.close();
        }
    }
}
