package dev.mayfly.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.engine.RegistryProxy.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A registry that serves what it should not, or not all of it. */
class DamagedPullIT extends PullScenario {
    DamagedPullIT() {
        super("damaged", 4);
    }

    @Test
    void aLayerOfAnotherDigestIsNotRunUntilItIsMended() throws IOException {
        var image = absent("altered");
        var layer = registry.blob(registry.lastLayer(image));
        var intact = Files.readAllBytes(layer);
        var altered = intact.clone();
        altered[altered.length / 2] ^= 1;
        Files.write(layer, altered);

        workloads.apply(workload("altered", 1, TEMPLATE.formatted(image)));

        awaitDegraded("altered", "ErrImagePull", image, "does not match its digest", "The engine says");
        assertThat(workloads.containers("altered")).isEmpty();
        Files.write(layer, intact);
        workloads.awaitRunning("altered", 1);
        gone("altered");
    }

    @Test
    void aTruncatedLayerIsNotRunUntilItIsWhole() throws IOException {
        var image = absent("short");
        var layer = registry.blob(registry.lastLayer(image));
        var whole = Files.readAllBytes(layer);
        Files.write(layer, Arrays.copyOf(whole, whole.length / 2));

        workloads.apply(workload("short", 1, TEMPLATE.formatted(image)));

        awaitDegraded("short", "ErrImagePull", image, "was cut short");
        assertThat(workloads.containers("short")).isEmpty();
        Files.write(layer, whole);
        workloads.awaitRunning("short", 1);
        gone("short");
    }

    /**
     * The engine tries again for 50 s by itself. Nothing comes meanwhile, so it is abandoned before. An engine with the containerd
     * image store goes on where the connection broke, so there the image arrives.
     */
    @Test
    @Tag("overlay2")
    void aConnectionThatBreaksRepeatedlyIsAbandoned() {
        absent("broken");
        var image = through("broken");
        proxy.mode(Mode.CUT);

        workloads.apply(workload("broken", 1, TEMPLATE.formatted(image)));

        awaitDegraded("broken", "ErrImagePull", image, "was abandoned after");
        assertThat(workloads.containers("broken")).isEmpty();
        proxy.mode(Mode.PASS);
        workloads.awaitRunning("broken", 1);
        gone("broken");
    }
}
