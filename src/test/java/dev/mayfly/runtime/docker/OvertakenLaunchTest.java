package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.PreStop;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.testing.engine.EngineProxy;
import dev.mayfly.testing.engine.EngineProxy.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that are asked to go before they run, on a real engine. None of them waits for a grace, or for the next full list. */
@Tag("engine")
class OvertakenLaunchTest {
    private static final Duration GRACE = Duration.ofMinutes(2);
    private static final Duration AT_ONCE = Duration.ofSeconds(25);

    private final OwnerId owner = new OwnerId(
            "EphemeralWorkload", "overtaken", "web", UUID.randomUUID().toString());
    /** Whether a launch may have its image; done: it may. */
    private volatile CompletableFuture<Optional<Failure>> gate = CompletableFuture.completedFuture(Optional.empty());

    @TempDir
    Path directory;

    private EngineProxy engine;
    private DockerRuntime runtime;

    @BeforeEach
    void connect() {
        engine = new EngineProxy(directory.resolve("engine.sock"));
        var cluster = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        runtime = new DockerRuntime(Settings.of(cluster, engine.address()), Optional.empty(), InstantSource.system());
        runtime.imageEngine().orElseThrow().gate(new ImageGate() {
            @Override
            public CompletionStage<Optional<Failure>> evaluate(OwnerId asked, Template template, String image) {
                return gate;
            }
        });
        runtime.start();
        runtime.launch(launch(id(0), stubborn(), Instant.now()));
        await().until(() -> observed().count(Phase.RUNNING) == 1); // the image is known now
    }

    @AfterEach
    void leaveNothingBehind() throws IOException {
        observed().all().forEach(replica -> remove(replica.id(), Duration.ZERO));
        await().until(() -> observed().isEmpty());
        runtime.close();
        engine.close();
    }

    @Test
    void aLaunchRemovedDuringCreationIsNeverStarted() {
        var id = overtaken(stubborn());

        await().atMost(AT_ONCE).until(() -> observed().find(id).isEmpty());
    }

    @Test
    void oneWhoseContainerIsRefusedLeavesNothingToWaitFor() {
        var id = overtaken(Templates.limited(stubborn(), 1024)); // the engine's least is 6 MiB

        await().atMost(AT_ONCE).until(() -> observed().find(id).isEmpty());
    }

    @Test
    void oneThatWaitedWithItsContainerRunsNoPreStop() {
        var id = id(1);
        var template =
                stubborn().withLifecycle(lifecycle -> lifecycle.withPreStop(Optional.of(new PreStop.Sleep(GRACE))));
        runtime.launch(launch(id, template, Instant.now().plusSeconds(60)));
        await().until(() -> observed().count(Phase.CREATED) == 1);
        gate = new CompletableFuture<>();
        runtime.launch(launch(id, template, Instant.now()));
        assertThat(observed().find(id).orElseThrow().phase()).isEqualTo(Phase.PENDING);

        remove(id, GRACE);

        await().atMost(AT_ONCE).until(() -> observed().find(id).isEmpty());
    }

    /** Asked to go while the engine is at it: as often tried as it takes to come neither too early nor too late. */
    private ReplicaId overtaken(Template template) {
        for (var attempt = 1; attempt < 1000; attempt++) {
            var id = id(attempt);
            engine.mode(Mode.SILENT);
            runtime.launch(launch(id, template, Instant.now()));
            Thread.yield();
            remove(id, GRACE);
            var leaves = observed()
                    .find(id)
                    .filter(r -> r.phase() == Phase.TERMINATING)
                    .isPresent();
            engine.mode(Mode.PASS);
            if (leaves) {
                return id;
            }
        }
        throw new AssertionError("No launch reached the engine");
    }

    private ReplicaId id(int attempt) {
        return new ReplicaId(owner, attempt == 0 ? 0 : 1, Math.max(1, attempt));
    }

    private static Launch launch(ReplicaId id, Template template, Instant notBefore) {
        return new Launch(id, "v1", template, 0, 0, notBefore, Priority.SCALE);
    }

    private void remove(ReplicaId id, Duration grace) {
        runtime.remove(new Removal(id, grace, Removal.Cause.SCALE_DOWN));
    }

    private Observed observed() {
        return runtime.observe(owner, Instant.now());
    }

    /** PID 1 has no handler, so TERM does nothing. */
    private static Template stubborn() {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None));
    }
}
