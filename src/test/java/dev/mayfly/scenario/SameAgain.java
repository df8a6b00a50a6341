package dev.mayfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.Reapplied;
import dev.mayfly.testing.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Story K. The same manifest is applied again and again: no difference, no container changes, and nothing is written.
 *
 * @param manifest with as many fields as there are
 * @param time for how long
 */
public record SameAgain(Path manifest, Duration time) implements Scenario {
    private static final int LEAST = 4;

    @Override
    public String run(Workloads workloads) throws IOException {
        var kubeconfig = Files.createDirectories(Path.of("target")).resolve("same-again.kubeconfig");
        Files.writeString(kubeconfig, Cluster.kubeconfig());
        var namespace = workloads.namespace();
        var again =
                new Reapplied(Cluster.client(), new Kubectl(kubeconfig, namespace), namespace, manifest, "Available");
        again.apply();
        again.awaitQuiet();
        var written = again.written();
        var containers = again.containers();

        var times = again.applyFor(time, LEAST);

        assertThat(again.written()).isEqualTo(written);
        assertThat(again.containers()).isEqualTo(containers);
        return "%s applied %d times in %d s: no diff, no write, %d containers untouched"
                .formatted(manifest.getFileName(), times, time.toSeconds(), containers.size());
    }
}
