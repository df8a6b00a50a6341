package dev.mayfly.e2e.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadStatus;
import dev.mayfly.e2e.OperatorScenario;
import dev.mayfly.testing.Observer;
import dev.mayfly.testing.Observer.Bounds;
import dev.mayfly.testing.engine.Docker;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rollouts that fail, and rollouts that are to go only so far. */
class RollbackIT extends OperatorScenario {
    private static final Bounds BOUNDS = new Bounds(5, 3);

    RollbackIT() {
        super("rollback");
    }

    @AfterEach
    void nothingIsLeft() {
        gone("web");
    }

    @Test
    void aBrokenRevisionIsRolledBackByItselfAndNotTriedAgain() {
        workloads.apply(version("1"));
        workloads.awaitRunning("web", 4);
        await().until(() -> status().currentRevision() != null);
        var good = status().currentRevision();
        var before = workloads.runningIds("web");
        try (var observer = new Observer(workloads, "web", BOUNDS)) {
            workloads.apply(broken("2"));
            var spec = workloads.get("web").getSpec();
            workloads.awaitCondition("web", "Progressing", "False", "RolledBack", SOON);

            var bad = status().updateRevision();
            assertThat(bad).isNotEqualTo(good);
            assertThat(status().rolledBackTo()).isEqualTo(good);
            assertThat(workloads.condition("web", "Progressing").orElseThrow().getMessage())
                    .contains(good, bad, "Change spec.template");
            workloads.awaitRunning("web", 4);
            assertThat(workloads.runningIds("web"))
                    .as("the old ones never went")
                    .isEqualTo(before);
            assertThat(status().updatedReplicas()).isZero();
            // Events are written once a second, and not by an operator that is dead.
            await().atMost(SOON)
                    .until(() -> workloads.events("web", "RolledBack").size() == 1);

            operator.kill9();
            operator.start();
            var killed = workloads.running("web").getFirst();
            observer.excuse(killed.getId());
            replaced("web", killed);
            awaitVersions("1", "1", "1", "1");
            assertThat(status().rolledBackTo()).isEqualTo(good);
            assertThat(workloads.events("web", "RolledBack")).hasSize(1);
            assertThat(workloads.get("web").getSpec()).isEqualTo(spec);

            workloads.apply(version("3"));
            awaitVersions("3", "3", "3", "3");
            await().until(() -> status().updateRevision().equals(status().currentRevision()));
            assertThat(status().rolledBackTo()).isNull();
            observer.assertKept();
        }
    }

    @Test
    void aFailedRolloutIsPausedUntilTheTemplateChanges() {
        workloads.apply(version("1").replace("Rollback", "Pause"));
        workloads.awaitRunning("web", 4);
        try (var observer = new Observer(workloads, "web", BOUNDS)) {
            workloads.apply(broken("2").replace("Rollback", "Pause"));
            workloads.awaitCondition("web", "Progressing", "False", "ProgressDeadlineExceeded", SOON);
            await().atMost(SOON)
                    .until(() ->
                            workloads.events("web", "ProgressDeadlineExceeded").size() == 1);
            awaitVersions("1", "1", "1", "1");

            workloads.apply(version("3"));
            awaitVersions("3", "3", "3", "3");
            observer.assertKept();
        }
    }

    @Test
    void aPartitionKeepsExactlySoManyOnTheStableRevision() {
        workloads.apply(version("1"));
        workloads.awaitRunning("web", 4);
        await().until(() -> status().currentRevision() != null);
        try (var observer = new Observer(workloads, "web", BOUNDS)) {
            workloads.apply(version("2").replace("maxSurge", "partition: 3, maxSurge"));
            awaitVersions("1", "1", "1", "2");
            await("the status is of this template").atMost(SOON).until(() -> {
                var now = status();
                return !now.currentRevision().equals(now.updateRevision());
            });
            workloads.awaitCondition("web", "Progressing", "True", "NewRevisionAvailable", SOON);
            assertThat(status().currentRevision()).isNotEqualTo(status().updateRevision());

            workloads.apply(version("2").replace("maxSurge", "partition: 1, maxSurge"));
            awaitVersions("1", "2", "2", "2");

            workloads.apply(version("2").replace("maxSurge", "partition: 4, maxSurge"));
            awaitVersions("1", "1", "1", "1");

            workloads.apply(version("2"));
            awaitVersions("2", "2", "2", "2");
            await().until(() -> status().updateRevision().equals(status().currentRevision()));
            observer.assertKept();
        }
    }

    private EphemeralWorkloadStatus status() {
        return workloads.get("web").getStatus();
    }

    private void awaitVersions(String... versions) {
        await(String.join(" ", versions))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(workloads.running("web").stream()
                                .flatMap(c -> Docker.environment(c.getId()).stream())
                                .filter(variable -> variable.startsWith("VERSION="))
                                .map(variable -> variable.substring("VERSION=".length()))
                                .sorted())
                        .isEqualTo(List.of(versions)));
        await().atMost(SOON).until(() -> Integer.valueOf(versions.length).equals(status().readyReplicas()));
    }

    private static String version(String version) {
        return manifest(version, "[tail, -f, /dev/null]", 600); // a slow machine is no failure
    }

    /** Its process can't even start. */
    private static String broken(String version) {
        return manifest(version, "[no-such-command]", 6);
    }

    private static String manifest(String version, String command, int deadlineSeconds) {
        return workload("web", 4, """
                image: busybox:1.36
                command: %s
                env: [{name: VERSION, value: "%s"}]
                """.formatted(command, version))
                .replace(
                        "rollout: {maxSurge: 0, maxUnavailable: 1}",
                        "rollout: {maxSurge: 1, maxUnavailable: 1, progressDeadlineSeconds: %d, onFailure: Rollback}"
                                .formatted(deadlineSeconds));
    }
}
