package dev.mayfly.bench;

import com.github.dockerjava.api.DockerClient;
import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs tasks of busybox, one at a time, as a user of {@code kubectl} would. */
final class Batches implements AutoCloseable {
    private static final String NAME = "bench-task";
    private static final long TIMEOUT_SECONDS = 300;

    private final KubernetesClient kubernetes;
    private final DockerClient docker;
    private final Path manifest = Files.createTempFile("bench-task", ".yaml");

    Batches(KubernetesClient kubernetes, DockerClient docker) throws IOException {
        this.kubernetes = kubernetes;
        this.docker = docker;
        remove();
    }

    /**
     * Time until a task was complete, and until its last container was gone, both since {@code kubectl apply} was
     * started.
     *
     * @param runs number of attempts, failed and completed
     */
    record Times(Duration complete, Duration gone, int runs) {}

    /** Runs the task, measures, and deletes it. */
    Times run(int completions, int parallelism, List<String> command) throws IOException, InterruptedException {
        Files.writeString(
                manifest, """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralTask
                metadata: {name: %s, namespace: default}
                spec:
                  completions: %d
                  parallelism: %d
                  template: {image: "%s", command: ["%s"]}
                """.formatted(NAME, completions, parallelism, Keeper.IMAGE, String.join("\", \"", command)));
        var begin = System.nanoTime();
        Commands.run("kubectl", "apply", "-f", manifest.toString());
        var ended = task().waitUntilCondition(Batches::isOver, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        var complete = System.nanoTime() - begin;
        while (!containers().isEmpty()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS)) {
                throw new IllegalStateException("Containers of " + NAME + " stay: " + containers());
            }
        }
        var gone = System.nanoTime() - begin;
        if (condition(ended, "Complete").isEmpty()) {
            throw new IllegalStateException(NAME + " failed: " + ended.getStatus());
        }
        remove();
        return new Times(Duration.ofNanos(complete), Duration.ofNanos(gone), runs(ended.getStatus()));
    }

    private static int runs(EphemeralTaskStatus status) {
        return status.succeeded() + Optional.ofNullable(status.failed()).orElse(0);
    }

    private static boolean isOver(EphemeralTask task) {
        return condition(task, "Complete").isPresent()
                || condition(task, "Failed").isPresent();
    }

    private static Optional<Condition> condition(EphemeralTask task, String type) {
        return task == null || task.getStatus() == null || task.getStatus().conditions() == null
                ? Optional.empty()
                : task.getStatus().conditions().stream()
                        .filter(condition -> condition.getType().equals(type)
                                && condition.getStatus().equals("True"))
                        .findFirst();
    }

    private List<?> containers() {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("mayfly.dev/name", NAME))
                .exec();
    }

    private Resource<EphemeralTask> task() {
        return kubernetes.resources(EphemeralTask.class).inNamespace("default").withName(NAME);
    }

    private void remove() {
        task().delete();
        task().waitUntilCondition(found -> found == null, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        remove();
        Files.delete(manifest);
    }
}
