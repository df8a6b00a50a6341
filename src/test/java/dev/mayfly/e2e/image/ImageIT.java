package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.ImageStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry on the loopback address. */
class ImageIT extends OperatorScenario {
    private static final String COMMAND = "command: [tail, -f, /dev/null]\n";

    @TempDir
    static Path directory;

    private Registry registry;
    private String image;

    ImageIT() {
        super("image");
    }

    @BeforeAll
    void serve() throws IOException {
        registry = new Registry(directory).start();
        image = registry.repository("team/app");
    }

    @AfterAll
    void stopServing() {
        registry.close();
        for (var tag : List.of("once", "moving", "fixed")) {
            Cli.tried("rmi", "-f", image + ":" + tag);
        }
    }

    @Test
    void tenReplicasOfAnAbsentImagePullItOnce() {
        push("once", "LABEL version=1");
        Cli.docker("rmi", "-f", image + ":once");

        running("once", 10, "image: %s:once\n".formatted(image) + COMMAND);

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(count("once", "Pulling")).isEqualTo(1);
            assertThat(count("once", "Pulled")).isEqualTo(1);
            assertThat(workloads.get("once").getStatus().image())
                    .isNotNull()
                    .returns(digest("once"), ImageStatus::digest);
        });
        gone("once");
    }

    @Test
    void anImageThatIsThereIsNotPulled() {
        push("fixed", "LABEL version=2");

        running("fixed", 1, "image: %s:fixed\n".formatted(image) + COMMAND);

        await("what happened meanwhile is told").atMost(SOON).until(() -> count("fixed", "SuccessfulCreate") > 0);
        assertThat(count("fixed", "Pulling")).isZero();
        gone("fixed");
    }

    @Test
    void alwaysSeesThatATagMoved() {
        push("moving", "LABEL version=3");
        running("moving", 1, "image: %s:moving\nimagePullPolicy: Always\n".formatted(image) + COMMAND);
        var before = workloads.get("moving").getStatus().image().digest();
        gone("moving");

        push("moving", "LABEL version=4");
        var after = digest("moving");
        Cli.imageFromBusybox(image + ":moving", "LABEL version=5");
        var template = "image: %s:moving\n".formatted(image) + COMMAND;
        running("local", 1, template); // a look at what the name means here is no answer of the registry
        var replica = running("again", 1, "imagePullPolicy: Always\n" + template);
        assertThat(Docker.inspect(replica).getConfig().getLabels()).containsEntry("version", "4");
        gone("again");
        gone("local");
        assertThat(after).isNotEqualTo(before);
    }

    private void push(String tag, String change) {
        registry.push(image + ":" + tag, change);
    }

    private String digest(String tag) {
        return Registry.digest(image + ":" + tag);
    }

    private int count(String workload, String reason) {
        return workloads.events(workload, reason).stream()
                .mapToInt(Event::getCount)
                .sum();
    }
}
