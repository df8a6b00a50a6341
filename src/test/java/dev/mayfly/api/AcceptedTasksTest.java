package dev.mayfly.api;

import static dev.mayfly.api.Manifests.check;
import static dev.mayfly.api.Manifests.read;
import static dev.mayfly.api.Manifests.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralTaskSpec.CleanupPolicy;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.OutputPolicy;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server accepts valid tasks and applies defaults. */
@Tag("cluster")
class AcceptedTasksTest {
    private static final String SMALL = "template: {image: busybox}";

    @Test
    void everyFieldAtOnceIsAccepted() throws IOException {
        var task = task("default", "a".repeat(50), read("task-maximal.yaml"));

        assertThat(check(task).<Object>get("spec")).isEqualTo(task.get("spec"));
    }

    @Test
    void defaultsAreAppliedAndTheOutputIsShownByDefault() throws IOException {
        var accepted = check(task("default", "hello", "{ephemerality: {audit: {}}, template: {image: busybox}}"));

        assertThat(accepted.<Object>get("spec"))
                .isEqualTo(Serialization.unmarshal(read("task-defaulted.yaml"), Object.class));
    }

    @Test
    void aNameIsGenerated() {
        var accepted = check(Manifests.taskOfGeneratedName("default", "h".repeat(44) + "-", SMALL));

        assertThat(accepted.getMetadata().getName())
                .startsWith("h".repeat(44) + "-")
                .hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parallelism: 7",
                "suspend: true",
                "runtime: Docker",
                "backoffLimit: 0",
                "activeDeadlineSeconds: 60",
                "ttlSecondsAfterFinished: 60",
                "cleanupPolicy: Never",
                "terminatedHistoryLimit: 3",
                "backoff: {initialDelaySeconds: 1}"
            })
    void mutableFieldsMayBeChanged(String change) {
        var namespace = Cluster.namespace("change");
        Cluster.client().resource(task(namespace, "t", SMALL)).create();

        var changed = Cluster.client()
                .resource(task(namespace, "t", change + "\n" + SMALL))
                .update();

        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void applyingTheSameManifestAgainChangesNothing() throws IOException {
        var namespace = Cluster.namespace("again");
        var manifest = read("task-maximal.yaml");
        Cluster.client().resource(task(namespace, "t", manifest)).create();
        Cluster.client().resource(task(namespace, "small", SMALL)).create();

        var again = Cluster.client().resource(task(namespace, "t", manifest)).update();
        var smallAgain =
                Cluster.client().resource(task(namespace, "small", SMALL)).update();

        assertThat(again.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(smallAgain.getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void theJavaTypesReadTheServedManifest() throws IOException {
        var namespace = Cluster.namespace("types");
        var created = Cluster.client()
                .resource(task(namespace, "t", read("task-maximal.yaml")))
                .create();

        var read = Cluster.client()
                .resources(EphemeralTask.class)
                .inNamespace(namespace)
                .withName("t")
                .get();

        assertThat(Serialization.unmarshal(Serialization.asYaml(read.getSpec()), Object.class))
                .isEqualTo(created.get("spec"));
        assertThat(read.getSpec().cleanupPolicy()).isEqualTo(CleanupPolicy.Never);
        assertThat(read.template().outputPolicy()).isEqualTo(OutputPolicy.None);
    }
}
