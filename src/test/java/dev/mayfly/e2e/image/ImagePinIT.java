package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Container;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tag that moves, a registry that is gone, and what runs meanwhile. */
class ImagePinIT extends OperatorScenario {
    private static final String ALWAYS = "image: %s\nimagePullPolicy: Always\ncommand: [tail, -f, /dev/null]\n";

    @TempDir
    static Path directory;

    private Registry registry;
    private String image;

    ImagePinIT() {
        super("pins", new OperatorProcess("pins"));
        operator.with("MAYFLY_IMAGES_CHECK_SECONDS", "1");
    }

    @BeforeAll
    void serve() throws IOException {
        registry = new Registry(directory).start();
        image = registry.repository("team/pinned");
    }

    @AfterAll
    void stopServing() {
        registry.close();
        for (var tag : List.of("rolling", "outage", "gone", "back", "still")) {
            Cli.tried("rmi", "-f", image + ":" + tag);
        }
    }

    @Test
    void aTagThatMovedInTheRegistryIsARolloutOfThatDigest() {
        var reference = image + ":rolling";
        var first = registry.move(reference, "LABEL version=1");
        running("rolling", 2, ALWAYS.formatted(reference));
        awaitDigest("rolling", first);
        var before = workloads.get("rolling").getStatus().updateRevision();

        var second = registry.move(reference, "LABEL version=2");

        awaitVersions("rolling", "2", "2");
        awaitDigest("rolling", second);
        assertThat(workloads.get("rolling").getStatus().updateRevision()).isNotEqualTo(before);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(revisions("rolling"))
                        .extracting(r -> r.getMetadata().getAnnotations().get("mayfly.dev/image-digest"))
                        .containsExactlyInAnyOrder(first, second));
        var after = workloads.runningIds("rolling");
        operator.kill9();
        operator.start();
        workloads.scale("rolling", 3);
        awaitVersions("rolling", "2", "2", "2");
        assertThat(workloads.runningIds("rolling"))
                .as("nothing rolls at a restart")
                .containsAll(after);
        assertThat(Cli.docker("ps", "--filter", "id=" + after.iterator().next(), "--format", "{{.Image}}"))
                .as("for users to read")
                .isEqualTo(reference);
        gone("rolling");
    }

    @Test
    void withoutTheRegistryHealingAndScalingGoOn() throws IOException {
        var reference = image + ":outage";
        registry.move(reference, "LABEL version=1");
        var replica = running("outage", 1, ALWAYS.formatted(reference));
        registry.stop();
        Cli.imageFromBusybox(reference, "LABEL version=never-pushed");

        replaced("outage", replica);
        workloads.scale("outage", 3);

        awaitVersions("outage", "1", "1", "1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.events("outage", "ImageCheckFailed"))
                        .isNotEmpty()
                        .allSatisfy(event -> assertThat(event.getMessage()).contains(reference, "keep their image")));
        workloads.awaitCondition("outage", "Degraded", "False", "AsExpected", SOON);

        registry.start();
        registry.move(reference, "LABEL version=2");
        awaitVersions("outage", "2", "2", "2");
        gone("outage");
    }

    @Test
    void anImageThatVanishedFromTheEngineIsPulledByItsDigest() {
        var reference = image + ":gone";
        var first = registry.move(reference, "LABEL version=1");
        running("gone", 1, ALWAYS.formatted(reference).replace("Always", "IfNotPresent"));
        awaitDigest("gone", first);
        registry.move(reference, "LABEL version=2");
        workloads.scale("gone", 0);
        workloads.awaitRunning("gone", 0);
        Cli.docker("pull", "-q", reference);
        Cli.docker("rmi", "-f", image + "@" + first);

        workloads.scale("gone", 1);

        awaitVersions("gone", "1");
        gone("gone");
    }

    @Test
    void aChangeBackResolvesTheTagBeforeItDecides() {
        var reference = image + ":back";
        registry.move(reference, "LABEL version=1");
        var manifest = ALWAYS.formatted(reference);
        running("back", 1, manifest);
        running("back", 1, "image: busybox:1.36\ncommand: [tail, -f, /dev/null]\n");
        await().atMost(SOON).until(() -> versions("back").equals(List.of("none")));
        registry.move(reference, "LABEL version=2");

        var seen = new TreeSet<String>();
        workloads.apply(workload("back", 1, manifest));
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            var now = versions("back");
            seen.addAll(now);
            return now.equals(List.of("2"));
        });

        assertThat(seen).doesNotContain("1");
        gone("back");
    }

    @Test
    void ifNotPresentFollowsNoTag() {
        var reference = image + ":still";
        registry.move(reference, "LABEL version=1");
        var manifest = ALWAYS.formatted(reference).replace("Always", "IfNotPresent");
        var replica = running("still", 1, manifest);
        var before = workloads.get("still").getStatus();

        registry.move(reference, "LABEL version=2");
        Cli.docker("pull", "-q", reference);
        replaced("still", replica);
        workloads.scale("still", 2);

        awaitVersions("still", "1", "1");
        assertThat(workloads.get("still").getStatus().updateRevision()).isEqualTo(before.updateRevision());
        gone("still");
    }

    private void awaitDigest(String name, String digest) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.get(name).getStatus().image())
                        .matches(image -> image != null && digest.equals(image.digest()), digest));
    }

    private void awaitVersions(String name, String... versions) {
        await().atMost(SOON).untilAsserted(() -> assertThat(versions(name)).containsExactly(versions));
    }

    /** Of the images that the replicas really run. */
    private List<String> versions(String name) {
        return workloads.running(name).stream().map(ImagePinIT::version).toList();
    }

    private static String version(Container replica) {
        return replica.getLabels().getOrDefault("version", "none");
    }

    private List<ControllerRevision> revisions(String name) {
        return Cluster.client()
                .apps()
                .controllerRevisions()
                .inNamespace(workloads.namespace())
                .withLabel(
                        "mayfly.dev/owner-uid",
                        workloads.get(name).getMetadata().getUid())
                .list()
                .getItems();
    }
}
