package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import dev.mayfly.testing.OperatorProcess;
import dev.mayfly.testing.Reapplied;
import dev.mayfly.testing.Tasks;
import dev.mayfly.testing.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Story K: the same manifests are applied again and again, and nothing happens: no diff, rollout, second run, or write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReapplyIT {
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final int LEAST = 4;
    private static final Duration LONG = Duration.ofMinutes(6);
    private static final Map<Path, String> MANIFESTS = Map.of(
            Path.of("deploy/samples/web-life.yaml"), "Available",
            Path.of("src/test/resources/api/reapplied.yaml"), "Available",
            Path.of("deploy/samples/hello.yaml"), "Complete",
            Path.of("src/test/resources/api/task-reapplied.yaml"), "Complete");

    private final List<Workloads> namespaces = new ArrayList<>();
    private final List<Tasks> tasks = new ArrayList<>();
    private final List<Reapplied> all = new ArrayList<>();

    @BeforeAll
    void applyAll() throws IOException {
        var kubeconfig = Files.createDirectories(Path.of("target")).resolve("reapply.kubeconfig");
        Files.writeString(kubeconfig, Cluster.kubeconfig());
        OperatorProcess.ofLane().ensureRunning();
        for (var entry : MANIFESTS.entrySet()) {
            var manifest = patient(entry.getKey());
            var condition = entry.getValue();
            all.add(reapplied(kubeconfig, manifest, condition));
            all.add(reapplied(kubeconfig, manifest, condition, "--server-side"));
        }
        all.forEach(Reapplied::apply);
        sideBySide(Reapplied::awaitQuiet);
    }

    @AfterAll
    void leaveNothing() {
        tasks.forEach(Tasks::close);
        namespaces.forEach(Workloads::close);
    }

    @Test
    void theSameManifestAgainAndAgainChangesNothing() {
        var written = all.stream().map(Reapplied::written).toList();
        var containers = all.stream().map(Reapplied::containers).toList();

        sideBySide(one -> one.applyFor(TIME, LEAST));

        assertThat(all).map(Reapplied::written).isEqualTo(written);
        assertThat(all).map(Reapplied::containers).isEqualTo(containers);
    }

    private void sideBySide(Consumer<Reapplied> action) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = all.stream()
                    .map(one -> CompletableFuture.runAsync(() -> action.accept(one), threads))
                    .toList();
            assertThat(running).allSatisfy(future -> assertThat(future).succeedsWithin(LONG));
        }
    }

    /**
     * A copy whose probes don't fail on a busy machine, and whose audit stays within its fair share there: either would be written to
     * the status.
     */
    private static Path patient(Path manifest) throws IOException {
        var copy = Files.createDirectories(Path.of("target", "reapplied")).resolve(manifest.getFileName());
        return Files.writeString(
                copy,
                Files.readString(manifest)
                        .replace("Probe: {", "Probe: {timeoutSeconds: 30, ")
                        .replace("audit: {periodSeconds: 1,", "audit: {periodSeconds: 30,"));
    }

    private Reapplied reapplied(Path kubeconfig, Path manifest, String condition, String... options) {
        var namespace = new Workloads("reapply");
        namespaces.add(namespace);
        tasks.add(Tasks.beside(namespace));
        return new Reapplied(
                Cluster.client(),
                new Kubectl(kubeconfig, namespace.namespace()),
                namespace.namespace(),
                manifest,
                condition,
                options);
    }
}
