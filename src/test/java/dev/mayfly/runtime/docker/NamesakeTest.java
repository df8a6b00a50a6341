package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.Observed;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Volume;
import dev.mayfly.host.Host;
import dev.mayfly.host.LinuxHost;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot that was freed is taken again, by a replica with the id of the one before. */
@Tag("engine")
class NamesakeTest {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final OwnerId owner = new OwnerId(
            "EphemeralWorkload", "namesake", "web", UUID.randomUUID().toString());
    private final ReplicaId id = new ReplicaId(owner, 0, 1);

    @TempDir
    Path data;

    private Host host;
    private DockerRuntime runtime;

    @BeforeEach
    void connect() {
        var cluster = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        host = new LinuxHost(data, data);
        runtime = new DockerRuntime(Settings.of(cluster), Optional.of(host), InstantSource.system());
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
        launch(endsAtTerm());
        runtime.remove(new Removal(id, GRACE, Removal.Cause.SCALE_DOWN));
        await().until(() -> observed().isEmpty()); // it ended at once, its grace goes on

        launch(endsAtTerm());

        await().during(GRACE.plusSeconds(1)).atMost(GRACE.plusSeconds(60)).until(this::runs);
    }

    /** As when its container is removed while no operator runs. */
    @Test
    void findsNoFilesOfTheOneBeforeThatNobodyRemoved() throws IOException {
        Files.writeString(host.emptyDir(id, "work").resolve("file"), "of the one before");

        launch(endsAtTerm().withVolumes(Map.of("work", new Volume.EmptyDir(false, 0))));

        assertThat(host.emptyDir(id, "work")).isEmptyDirectory();
    }

    private void launch(Template template) {
        runtime.launch(new Launch(id, "v1", template, 0, 0, Instant.now(), Priority.SCALE));
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
