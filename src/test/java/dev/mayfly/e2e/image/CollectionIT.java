package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.ImagePolicyStatus;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus.ReclaimedImages;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Policies;
import dev.mayfly.testing.engine.DiskUse;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.LayeredImages;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Story J: unused images that Mayfly pulled are removed, and never any other. A real registry, on the loopback address.
 */
class CollectionIT extends OperatorScenario {
    private static final String STRANGER = "collection-stranger";
    /** That any image exceeds, and the disk never. */
    private static final String BUDGET = "maxTotalSize: 1, highThresholdPercent: 100, lowThresholdPercent: 100";

    private static final int KIB = 1024;

    @TempDir
    static Path directory;

    private final Policies policies = new Policies(Cluster.client());
    private final List<String> published = new ArrayList<>();
    private LayeredImages layered;
    private Registry registry;

    CollectionIT() {
        super("collection", new OperatorProcess("collection"));
    }

    @BeforeAll
    void serve() throws IOException {
        layered = new LayeredImages(Docker.client(), directory);
        registry = new Registry(directory).start();
    }

    @AfterAll
    void clean() {
        policies.close();
        layered.close();
        registry.close();
        Cli.tried("rm", "-f", STRANGER);
        published.forEach(reference -> Cli.tried("rmi", "-f", reference));
        Cluster.client()
                .configMaps()
                .inNamespace("mayfly-system")
                .withName("collection-images")
                .delete();
    }

    @Test
    void onlyUnusedImagesThatMayflyPulledAreRemoved() {
        var app = registry.repository("team/app");
        for (var version : List.of("free", "stopped", "scaled", "tagged", "also", "person")) {
            publish(app + ":" + version, 10, 20);
        }
        publish(app + ":latest-pulled", 10);
        var rolled = registry.repository("team/rolled");
        publish(rolled + ":1", 10);
        publish(rolled + ":2", 10);
        Cli.docker("pull", "-q", app + ":person");
        run("free", app + ":free");
        run("stopped", app + ":stopped");
        run("tagged", app + ":tagged");
        run("also", app + ":also");
        run("scaled", app + ":scaled");
        run("person", app + ":person");
        run("rolled", rolled + ":1");
        run("rolled", rolled + ":2");
        run("latest-pulled", app + ":latest-pulled");
        Cli.docker("create", "--name", STRANGER, app + ":stopped");
        Cli.docker("tag", app + ":tagged", "mayfly-test/collection:mine");
        published.add("mayfly-test/collection:mine");
        await().atMost(SOON).until(() -> remembered().contains(app + ":latest-pulled"));
        List.of("free", "stopped", "tagged", "also", "person", "latest-pulled").forEach(this::gone);
        List.of("scaled", "rolled").forEach(name -> {
            workloads.scale(name, 0);
            workloads.awaitRunning(name, 0);
        });
        awaitNoRevisions();

        var place = workloads.namespace();
        var asked = Cli.mayfly("rmi --kubeconfig target/operator-logs/collection.kubeconfig " + app + ":scaled");
        assertThat(asked.code()).isEqualTo(1);
        assertThat(asked.output())
                .startsWith("mayfly: " + app + ":scaled is needed by EphemeralWorkload " + place + "/scaled, revision "
                        + place + "/scaled-");

        operator.kill9();
        operator.start();
        policies.apply("collection", retention(BUDGET + ", dryRun: true"));

        await("the dry run lists what would go")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(policies.status("collection"))
                        .map(ImagePolicyStatus::reclaimable)
                        .hasValueSatisfying(
                                listed -> assertThat(listed).containsExactlyInAnyOrder(app + ":free", app + ":also")));
        assertThat(here(app + ":free")).isTrue();
        var free = id(app + ":free");
        var ownOfFree = own(app + ":free");
        assertThat(ownOfFree)
                .as("the layers, and with containerd's image store also as they were pulled")
                .isBetween(30L * KIB, 90L * KIB);
        var freed = ownOfFree + own(app + ":also");

        policies.apply("collection", retention(BUDGET));

        await("status")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(policies.status("collection"))
                        .map(ImagePolicyStatus::reclaimed)
                        .get()
                        .usingRecursiveComparison()
                        .ignoringFields("lastTime")
                        .isEqualTo(new ReclaimedImages(2L, 4L, new Quantity((freed + KIB - 1) / KIB + "Ki"), null)));
        assertThat(here(app + ":free")).isFalse();
        assertThat(here(app + ":also")).isFalse();
        for (var kept : List.of("stopped", "scaled", "tagged", "person", "latest-pulled")) {
            assertThat(here(app + ":" + kept)).as(kept).isTrue();
        }
        assertThat(here(rolled + ":1")).as("a rollback may need it").isTrue();
        assertThat(DiskUse.of(Docker.client()).images()).doesNotContainKey(free);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(policies.events("collection", "ImagesReclaimed"))
                        .singleElement()
                        .satisfies(event -> assertThat(event.getMessage())
                                .contains("Removed 2 images", app + ":free", "4 layers, " + freed + " bytes")));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(operator.page("/q/metrics"))
                        .contains("mayfly_images_reclaimed_total 2.0", "mayfly_images_reclaimed_layers_total 4.0")
                        .contains("mayfly_images_reclaimed_bytes_total " + (double) freed));
        await().atMost(SOON).until(() -> !remembered().contains(app + ":free"));

        policies.apply("collection", retention("highThresholdPercent: 1, lowThresholdPercent: 0"));
        Cli.docker("rm", STRANGER);
        await("it is unused, and the disk is fuller than 0 %").atMost(SOON).until(() -> !here(app + ":stopped"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(policies.status("collection")
                                .orElseThrow()
                                .reclaimed()
                                .images())
                        .isEqualTo(3));
        policies.close();
    }

    /** Most unused images are older builds of a tag that has moved. */
    @Test
    void anImageThatLostItsTagIsRemoved() {
        var moving = registry.repository("team/moving") + ":latest";
        published.add(moving);
        registry.move(moving, "LABEL version=1");
        run("moving", moving);
        var old = id(moving);
        gone("moving");
        awaitNoRevisions();
        registry.move(moving, "LABEL version=2");
        run("moved", moving);
        assertThat(id(moving)).isNotEqualTo(old);
        assertThat(here(old)).isTrue();

        policies.apply("collection-moved", retention(BUDGET));

        await().atMost(SOON).until(() -> !here(old));
        assertThat(here(moving)).as("it is run").isTrue();
        policies.close();
        gone("moved");
    }

    @Test
    void whatIsToBeWarmIsPulledAgainWhereItVanishesAndNeverCollected() {
        var warm = registry.repository("team/warm") + ":1";
        publish(warm, 10);
        policies.apply("collection-warm", "prePull: [" + warm + "]\n" + retention(BUDGET));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(policies.condition("collection-warm", "PrePulled"))
                        .contains("True/Pulled: All 1 images are on the engine."));
        assertThat(here(warm)).isTrue();

        Cli.docker("rmi", warm);
        await("it is back").atMost(SOON).until(() -> here(warm));

        var absent = registry.repository("team/absent") + ":1";
        policies.apply("collection-warm", "prePull: [" + warm + ", \"" + absent + "\"]\n");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(policies.condition("collection-warm", "PrePulled"))
                        .get()
                        .asString()
                        .startsWith("False/PullFailed: 1 of 2 images are not on the engine; ")
                        .contains(absent));
        policies.close();
    }

    /** A cluster that is young takes up to a minute to learn which kinds own others, and keeps what they owned until then. */
    private void awaitNoRevisions() {
        await("the revisions of what is gone are gone")
                .atMost(Duration.ofMinutes(5))
                .until(
                        () -> Cluster.client()
                                .apps()
                                .controllerRevisions()
                                .inNamespace(workloads.namespace())
                                .list()
                                .getItems()
                                .stream()
                                .map(revision -> revision.getMetadata()
                                        .getOwnerReferences()
                                        .getFirst()
                                        .getName())
                                .allMatch(owner -> workloads.get(owner) != null));
    }

    private String retention(String when) {
        return """
                match: {images: ["%s"]}
                retention: {minAgeSeconds: 0, keepLast: 1, %s}
                """.formatted(registry.repository("**"), when);
    }

    /** To the registry, and away from the engine. */
    private void publish(String reference, int... kibibytes) {
        layered.make(reference, "busybox:1.36", kibibytes);
        Cli.docker("push", "-q", reference);
        Cli.docker("rmi", reference);
        published.add(reference);
    }

    private void run(String name, String image) {
        workloads.apply(workload(name, 1, "image: %s\ncommand: [tail, -f, /dev/null]\n".formatted(image)));
        await(name + " runs " + image)
                .atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.running(name))
                        .singleElement()
                        .satisfies(replica -> assertThat(replica.getImage()).startsWith(image)));
    }

    private static boolean here(String reference) {
        return Cli.tried("image", "inspect", reference).code() == 0;
    }

    /** Bytes that go with the image, as the engine counts them. */
    private static long own(String reference) {
        var image = DiskUse.of(Docker.client()).images().get(id(reference));
        return image.size() - image.shared();
    }

    private static String id(String reference) {
        return Cli.docker("image", "inspect", "-f", "{{.Id}}", reference);
    }

    private static String remembered() {
        var map = Cluster.client()
                .configMaps()
                .inNamespace("mayfly-system")
                .withName("collection-images")
                .get();
        return map == null ? "" : map.getData().get("images");
    }
}
