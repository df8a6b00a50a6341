package dev.mayfly.runtime.docker;

import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slot that was freed is taken again, by a replica with the id of the one before. */
class NamesakeTest {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final OwnerId owner = new OwnerId(
            "EphemeralWorkload", "namesake", "web", UUID.randomUUID().toString());
    private final ReplicaId id = new ReplicaId(owner, 0, 1);
    private DockerRuntime runtime;

    @BeforeEach
    void connect() {
        var cluster = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        runtime = new DockerRuntime(Settings.of(cluster), Optional.empty(), InstantSource.system());
        runtime.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        runtime.start();
    }

    @AfterEach
    void leaveNothingBehind() {
        runtime.remove(new Removal(id, Duration.ZERO, Removal.Cause.OWNER_DELETED));
        await().until(() -> observed().isEmpty());
        runtime.close();
    }

    @Test
    void outlivesTheGraceOfTheOneBefore() {
        launch();
        runtime.remove(new Removal(id, GRACE, Removal.Cause.SCALE_DOWN));
        await().until(() -> observed().isEmpty()); // it ended at once, its grace goes on

        launch();

        await().during(GRACE.plusSeconds(1)).atMost(GRACE.plusSeconds(3)).until(this::runs);
    }

    private void launch() {
        runtime.launch(new Launch(id, "v1", endsAtTerm(), 0, 0, Instant.now(), Priority.SCALE));
        await().until(this::runs);
    }

    private boolean runs() {
        return observed().count(Phase.RUNNING) == 1;
    }

    private Observed observed() {
        return runtime.observe(owner, Instant.now());
    }

    private static Template endsAtTerm() {
        return Templates.plain()
                .withImage(image -> image.withReference("busybox:1.36").withPullPolicy(Template.PullPolicy.Never))
                .withProcess(process -> process.withCommand(List.of("sh", "-c", "trap exit TERM; sleep 1000 & wait")))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None));
    }
}
