package dev.mayfly.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.DockerException;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Failure;
import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.Launch.Priority;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Phase;
import dev.mayfly.core.model.Removal;
import dev.mayfly.core.model.Replica;
import dev.mayfly.core.model.ReplicaId;
import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.ImagePin;
import dev.mayfly.core.model.Template.PullPolicy;
import dev.mayfly.runtime.ImageEngine.ImageGate;
import dev.mayfly.runtime.Ownership;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.testing.engine.BothEngines;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real engine, with images of its own that a tag is moved between. */
@Tag("engine")
@BothEngines
class PinnedImageTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final String cluster = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private final OwnerId owner = new OwnerId("EphemeralWorkload", "pinned", "web", cluster);
    private final String reference = "mayfly-test/pinned-" + cluster + ":1";
    private final Engine engine = new EngineConnector(Settings.of(cluster)).connect();
    /** Far apart enough that no look at an image is fresh any more. */
    private Instant now = Instant.now();

    private final DockerRuntime runtime = started();

    @AfterEach
    void leaveNothing() throws Exception {
        runtime.observe(owner, Instant.now())
                .all()
                .map(Replica::id)
                .forEach(id -> runtime.remove(new Removal(id, Duration.ZERO, Removal.Cause.OWNER_DELETED)));
        await().atMost(SOON).until(() -> runtime.observe(owner, Instant.now()).isEmpty());
        runtime.close();
        engine.client().listImagesCmd().withReferenceFilter(reference).exec().forEach(image -> forced(image.getId()));
        engine.close();
    }

    @Test
    void whatTheFirstOfARevisionRunsTheOthersRunWhereverTheTagMoved() {
        var first = image("1");
        assertThat(running(launch(0, template())).image()).isEqualTo(first);

        var second = image("2");
        now = now.plusSeconds(60);
        assertThat(running(launch(1, template())).image()).isEqualTo(first);
        assertThat(running(launch(
                                2, template().withImage(image -> image.withPin(Optional.of(new ImagePin(first, ""))))))
                        .image())
                .isEqualTo(first);
        assertThat(running(new Launch(id(3), "another", template(), 0, 0, now, Priority.SCALE))
                        .image())
                .isEqualTo(second);
        assertThat(inspected(1)).isEqualTo(first);
        assertThat(shown(0)).startsWith(reference); // and its digest, which every image has in containerd's image store
        assertThat(shown(1)).as("the tag means another image by now").isEqualTo(first);
        forced(second);
    }

    @Test
    void aMissingPinnedImageWithoutARegistryIsAClearFailure() {
        var first = image("1");
        var second = image("2");
        forced(first);

        runtime.launch(launch(0, template().withImage(image -> image.withPin(Optional.of(new ImagePin(first, ""))))));

        await().atMost(SOON).until(() -> find(0).phase() == Phase.FAILED);
        assertThat(find(0).outcome().failure()).get().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo("ErrPinnedImageGone");
            assertThat(failure.message()).contains(first, reference, "Load that image again, or change the template");
        });
        forced(second);
    }

    @Test
    void aMissingPinnedImageThatMayNotBePulledIsAClearFailure() {
        var first = image("1");
        var second = image("2");
        forced(first);
        var pin = new ImagePin(first, "sha256:" + "0".repeat(64));

        runtime.launch(launch(
                0,
                template()
                        .withImage(
                                image -> image.withPullPolicy(PullPolicy.Never).withPin(Optional.of(pin)))));

        await().atMost(SOON).until(() -> find(0).phase() == Phase.FAILED);
        assertThat(find(0).outcome().failure()).get().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo("ErrPinnedImageGone");
            assertThat(failure.message()).contains(first, "imagePullPolicy Never forbids to pull it again");
        });
        forced(second);
    }

    @Test
    void aRestartedOperatorReadsTheImageFromTheContainer() {
        var first = image("1");
        running(launch(0, template()));

        try (var later = started()) {
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(later.observe(owner, Instant.now()).find(id(0)))
                                    .map(Replica::image)
                                    .contains(first));
            assertThat(later.imageEngine()
                            .orElseThrow()
                            .images()
                            .inspect(reference, first)
                            .toCompletableFuture()
                            .join()
                            .pin()
                            .id())
                    .isEqualTo(first);
        }
    }

    @Test
    void aFailureBeforeTheStartPinsNothing() {
        var broken = image("1", "no-such-command");
        runtime.launch(launch(0, template().withProcess(process -> process.withCommand(List.of()))));
        await().atMost(SOON).until(() -> find(0).phase() == Phase.ENDED);
        assertThat(find(0).outcome().failure()).map(Failure::reason).contains("RunContainerError");

        var mended = image("2");
        now = now.plusSeconds(60);
        assertThat(running(launch(1, template())).image()).isEqualTo(mended).isNotEqualTo(broken);
    }

    /** Makes another image of busybox's files and gives it the tag. @return its id */
    private String image(String version, String... command) {
        var container =
                engine.client().createContainerCmd("busybox:1.36").exec().getId();
        try {
            var commit = engine.client()
                    .commitCmd(container)
                    .withRepository(reference.substring(0, reference.lastIndexOf(':')))
                    .withTag("1")
                    .withLabels(Map.of("version", version));
            if (command.length > 0) {
                commit.withCmd(command);
            }
            return commit.exec();
        } finally {
            engine.remove(container);
        }
    }

    private Template template() {
        return Templates.plain()
                .withImage(image -> image.withReference(reference))
                .withNetwork(network -> network.withPorts(List.of()))
                .withImage(image -> image.withPullPolicy(Template.PullPolicy.IfNotPresent))
                .withProcess(process -> process.withCommand(List.of("tail", "-f", "/dev/null")))
                .withNetwork(network -> network.withMode(Template.Network.Mode.None))
                .withEphemerality(Ephemerality.OFF)
                .withLifecycle(lifecycle -> lifecycle.withGrace(Duration.ZERO));
    }

    private Launch launch(int slot, Template template) {
        return new Launch(id(slot), "v1", template, 0, 0, now, Priority.SCALE);
    }

    private Replica running(Launch launch) {
        runtime.launch(launch);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(find(launch.id().slot())).matches(replica -> replica.phase() == Phase.RUNNING));
        return find(launch.id().slot());
    }

    private Replica find(int slot) {
        return runtime.observe(owner, Instant.now()).find(id(slot)).orElseThrow();
    }

    /** The image that {@code docker ps} shows. */
    private String shown(int slot) {
        return engine.container(Ownership.containerName(id(slot)))
                .orElseThrow()
                .getConfig()
                .getImage();
    }

    private String inspected(int slot) {
        return engine.container(Ownership.containerName(id(slot))).orElseThrow().getImageId();
    }

    private ReplicaId id(int slot) {
        return new ReplicaId(owner, slot, 1);
    }

    private DockerRuntime started() {
        var docker = new DockerRuntime(Settings.of(cluster), Optional.empty(), (InstantSource) () -> now);
        docker.imageEngine().orElseThrow().gate(ImageGate.OPEN);
        docker.start();
        return docker;
    }

    private void forced(String image) {
        try {
            engine.client().removeImageCmd(image).withForce(true).exec();
        } catch (DockerException gone) {
            // or in use by a container that is still there
        }
    }
}
