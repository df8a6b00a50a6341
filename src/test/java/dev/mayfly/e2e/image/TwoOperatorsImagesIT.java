package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Policies;
import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import dev.mayfly.testing.engine.LayeredImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image half of story D: two operators on one engine, and look-alikes made by hand. None touches the other's images. */
class TwoOperatorsImagesIT {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String STRANGER = "leftovers-stranger";

    @TempDir
    static Path directory;

    private final Workloads ours = new Workloads("images-ours");
    private final Workloads theirs = new Workloads("images-theirs");
    private final OperatorProcess operator = new OperatorProcess("images-ours");
    private final OperatorProcess other = new OperatorProcess("images-theirs");
    private final Policies policies = new Policies(Cluster.client());
    private final LayeredImages images = new LayeredImages(Docker.client(), directory);
    private final List<String> named = new ArrayList<>();

    @Test
    void eachTakesAwayOnlyWhatItPulledItself() throws IOException {
        try (var registry = new Registry(directory).start()) {
            var mine = publish(registry.repository("leftovers/mine") + ":1");
            var kept = publish(registry.repository("leftovers/kept") + ":1");
            var others = publish(registry.repository("leftovers/theirs") + ":1");
            operator.with("QUARKUS_OPERATOR_SDK_NAMESPACES", ours.namespace()).start();
            other.with("QUARKUS_OPERATOR_SDK_NAMESPACES", theirs.namespace()).start();
            run(ours, "mine", mine);
            run(ours, "kept", kept);
            run(theirs, "theirs", others);
            var labelled = lookAlike(registry.repository("leftovers/labelled") + ":1");
            Cli.docker("create", "--name", STRANGER, "--label", "mayfly.dev/cluster=" + operator.cluster(), kept);
            await().atMost(SOON).until(() -> remembered("images-ours").contains(kept));
            await().atMost(SOON).until(() -> remembered("images-theirs").contains(others));
            ours.close();
            theirs.close();
            other.stop();

            policies.apply("leftovers-two", retention(registry));

            await("ours goes").atMost(SOON).until(() -> !here(mine));
            await("no other one's does")
                    .during(Duration.ofSeconds(5))
                    .atMost(SOON)
                    .until(() -> here(others) && here(kept) && here(labelled));

            other.start();
            await("theirs is taken by who pulled it").atMost(SOON).until(() -> !here(others));
            assertThat(here(kept)).as("a look-alike container uses it").isTrue();
            assertThat(here(labelled)).as("it was not pulled").isTrue();
        }
    }

    @AfterEach
    void clean() {
        policies.close();
        Cli.tried("rm", "-f", STRANGER);
        operator.close();
        other.close();
        ours.abandon();
        theirs.abandon();
        images.close();
        named.forEach(name -> Cli.tried("rmi", "-f", name));
        for (var name : List.of("images-ours", "images-theirs")) {
            Cluster.client()
                    .configMaps()
                    .inNamespace("mayfly-system")
                    .withName(name + "-images")
                    .delete();
        }
    }

    /** To the registry, and away from the engine. */
    private String publish(String reference) {
        images.make(reference, "busybox:1.36", 10);
        Cli.docker("push", "-q", reference);
        Cli.docker("rmi", reference);
        named.add(reference);
        return reference;
    }

    /** An image that says of itself that it is ours. */
    private String lookAlike(String reference) {
        Cli.imageFromBusybox(reference, "LABEL mayfly.dev/cluster=" + operator.cluster(), "LABEL mayfly.dev/name=mine");
        named.add(reference);
        return reference;
    }

    private static void run(Workloads workloads, String name, String image) {
        workloads.apply(Workloads.manifest(name, 1).replace("busybox:1.36", image));
        workloads.awaitRunning(name, 1);
    }

    private static String retention(Registry registry) {
        return """
                match: {images: ["%s"]}
                retention: {maxTotalSize: 1, minAgeSeconds: 0, keepLast: 0, highThresholdPercent: 100,
                            lowThresholdPercent: 100}
                """.formatted(registry.repository("**"));
    }

    private static boolean here(String reference) {
        return Cli.tried("image", "inspect", reference).code() == 0;
    }

    private static String remembered(String installation) {
        var map = Cluster.client()
                .configMaps()
                .inNamespace("mayfly-system")
                .withName(installation + "-images")
                .get();
        return map == null ? "" : map.getData().get("images");
    }
}
