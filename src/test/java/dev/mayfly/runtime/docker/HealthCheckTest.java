package dev.mayfly.runtime.docker;

import static dev.mayfly.runtime.docker.ProbedRuntime.exec;
import static dev.mayfly.runtime.docker.ProbedRuntime.web;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.Template;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image's own HEALTHCHECK. */
@Tag("engine")
class HealthCheckTest {
    private static final String CHECKED = "mayfly-test/checked:1";
    private final ProbedRuntime docker = new ProbedRuntime();

    @BeforeAll
    static void makeImage(@TempDir Path context) throws IOException {
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM busybox:1.36\nHEALTHCHECK --interval=500ms --retries=1 CMD test -e /tmp/ok\n");
        Docker.client()
                .buildImageCmd(context.toFile())
                .withTags(Set.of(CHECKED))
                .exec(new BuildImageResultCallback())
                .awaitImageId();
    }

    @AfterAll
    static void removeImage() {
        Docker.client().removeImageCmd(CHECKED).withForce(true).exec();
    }

    @AfterEach
    void leaveNothingBehind() {
        docker.close();
    }

    @Test
    void itServesAsReadinessWhereNoProbeIsGiven() {
        var id = docker.launch(checked(Probes.NONE));
        assertThat(docker.await(id, replica -> replica.phase() == Phase.RUNNING).ready())
                .isFalse();

        docker.run(id, "touch", "/tmp/ok");
        docker.await(id, Replica::ready);
        docker.run(id, "rm", "/tmp/ok");

        assertThat(docker.await(id, replica -> !replica.ready()).health().unhealthy())
                .isEmpty();
    }

    @Test
    void aRestartedOperatorKnowsTheEnginesHealthStatus() {
        var id = docker.launch(checked(Probes.NONE));
        docker.await(id, replica -> replica.phase() == Phase.RUNNING);
        docker.run(id, "touch", "/tmp/ok");
        docker.await(id, Replica::ready);

        docker.restart();

        assertThat(docker.find(id).orElseThrow().ready()).isTrue();
        docker.run(id, "rm", "/tmp/ok");
        docker.await(id, replica -> !replica.ready());
    }

    @Test
    void itIsOffWhereAProbeIsGiven() {
        var id = docker.launch(checked(new Probes(Optional.empty(), Optional.empty(), Optional.of(exec(3, "true")))));

        docker.await(id, Replica::ready);

        var inspected =
                Docker.client().inspectContainerCmd(Ownership.containerName(id)).exec();
        assertThat(inspected.getState().getHealth()).isNull();
    }

    private static Template checked(Probes probes) {
        return web(probes).withImage(image -> image.withReference(CHECKED));
    }
}
