package dev.mayfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Kubectl;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks as kubectl shows them, and the fields of all kinds. No operator runs here: the test writes the status that it would report. */
@Tag("cluster")
class KubectlTaskTest {
    private static final String ENDED = """
            {"status": {"succeeded": 1, "active": 0, "failed": 0, "conditions": [{"type": "Complete",
            "status": "True", "reason": "CompletionsReached", "message": "", "lastTransitionTime": "2026-11-25T10:00:00Z"}]}}
            """;

    private final String namespace = Cluster.namespace("kubectl");
    private final Kubectl kubectl = Kubectl.in(namespace);

    @Test
    void explainShowsFieldsWithTheirDefaults() {
        assertThat(kubectl.run("explain", "et"))
                .contains("KIND:       EphemeralTask")
                .contains("runs one container template to completion");
        assertThat(kubectl.run("explain", "et.spec").replaceAll("\\s+", " "))
                .contains("completions", "parallelism", "backoffLimit", "activeDeadlineSeconds", "cleanupPolicy")
                .contains("Default OnSuccess", "enum: Always, Never, OnSuccess");
        assertThat(kubectl.run("explain", "et.spec.template.outputPolicy").replaceAll("\\s+", " "))
                .contains("Default Always");
        assertThat(kubectl.run("explain", "et.status.results")).contains("EngineLost");
    }

    /** Each field of the specs and the statuses has one in the schema: {@link ExplainTest}. */
    @ParameterizedTest
    @ValueSource(strings = {"ew", "et", "imgpol"})
    void explainHasADescriptionOfEverythingThatItShows(String kind) {
        for (var shown : List.of(kind, kind + ".spec", kind + ".status")) {
            assertThat(kubectl.run("explain", shown, "--recursive") + kubectl.run("explain", shown))
                    .contains("DESCRIPTION:")
                    .doesNotContain("<empty>", "<no description>");
        }
    }

    @Test
    void waitAndGetReadItsStatus() {
        Cluster.client()
                .resource(Manifests.task(namespace, "hello", "template: {image: busybox}"))
                .create();
        assertThat(row()).startsWith("hello");

        end("hello");

        assertThat(kubectl.run("wait", "--for=condition=Complete", "--timeout=5s", "et/hello"))
                .isEqualTo("ephemeraltask.mayfly.dev/hello condition met");
        assertThat(row()).startsWith("hello", "1", "1", "0", "0", "CompletionsReached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--server-side"})
    void applyingTheSameManifestAgainIsNoChangeEvenAfterTheTaskFinished(String option) throws IOException {
        var manifest = Path.of("target", "task" + option + ".yaml");
        var task = Manifests.task(namespace, "t", Manifests.read("task-maximal.yaml"));
        Files.writeString(manifest, Serialization.asYaml(task));
        var apply = option.isEmpty()
                ? new String[] {"apply", "-f", manifest.toString()}
                : new String[] {"apply", "-f", manifest.toString(), option};
        kubectl.run(apply);
        end("t");

        kubectl.run(apply);

        assertThat(kubectl.run("diff", "-f", manifest.toString())).isEmpty();
        assertThat(kubectl.run("get", "et", "t", "-o", "jsonpath={.metadata.generation}"))
                .isEqualTo("1");
    }

    private String[] row() {
        return kubectl.run("get", "et").lines().toList().getLast().split(" +");
    }

    private void end(String name) {
        kubectl.run("patch", "et", name, "--subresource=status", "--type=merge", "--patch=" + ENDED);
    }
}
