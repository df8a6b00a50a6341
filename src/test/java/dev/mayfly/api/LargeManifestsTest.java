package dev.mayfly.api;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server validates the largest manifest that the schema allows, and unusual numbers, quickly. */
@Tag("cluster")
class LargeManifestsTest {
    /** Validation takes milliseconds. This limit tolerates a busy machine but no rule of unbounded cost. */
    private static final Duration MOMENT = Duration.ofSeconds(10);

    private static final String NAME = "w".repeat(50);

    private static final String QUANTITIES = """
            ephemerality:
              mode: Audit
              scratch: [{path: /a, sizeLimit: '%1$s'}]
              writableLayer: {sizeLimit: '%1$s'}
            template:
              image: busybox
              resources: {requests: {cpu: '%1$s', memory: '%1$s'}, limits: {cpu: '%1$s', memory: '%1$s'}}
              volumes: [{name: a, emptyDir: {medium: Memory, sizeLimit: '%1$s'}}]
            """;

    /** The first request after a CRD is created compiles its rules. */
    @BeforeAll
    static void warmUp() {
        Manifests.check(Manifests.workload("default", "web", "template: {image: busybox}"));
    }

    @Test
    void everyListAtItsFullLengthIsAcceptedQuickly() {
        var workload = Manifests.workload(
                "default",
                NAME,
                """
                scaleDown:
                  removeFirst: [%s]
                  removeLast: [%s]
                  costs: [%s]
                  busyProbe: {exec: {command: [%s]}}
                """.formatted(
                                        list(256, i -> NAME + "-" + i),
                                        list(256, i -> NAME + "-" + (100_000 + i)),
                                        list(256, i -> "{replica: " + NAME + "-" + i + ", cost: " + i + "}"),
                                        list(64, i -> "c".repeat(128)))
                        + largest());

        var begin = System.nanoTime();
        Manifests.check(workload);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(MOMENT);
    }

    @Test
    void theLargestTaskIsComparedWithItselfQuickly() {
        var namespace = Cluster.namespace("large");
        Cluster.client().resource(Manifests.task(namespace, NAME, largest())).create();
        var changed = Cluster.client().resource(Manifests.task(namespace, NAME, "parallelism: 2\n" + largest()));

        var begin = System.nanoTime();
        var accepted = changed.update();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(MOMENT);
        assertThat(accepted.getMetadata().getGeneration()).isEqualTo(2);
    }

    /** The fields common to workloads and tasks, with every list at its maximum length, and texts as long as all may be. */
    private static String largest() {
        var name = "n".repeat(240);
        var path = "/" + "p".repeat(500);
        var volume = "v".repeat(60);
        var command = list(64, i -> "c".repeat(128));
        return """
                ephemerality:
                  scratch: [%s]
                  audit: {ignorePaths: [%s]}
                template:
                  image: busybox
                  env: [%s]
                  envFrom: [%s]
                  ports: [%s]
                  volumes: [%s]
                  volumeMounts: [%s]
                  startupProbe: {exec: {command: [%s]}}
                  readinessProbe: {httpGet: {port: p64, path: %s, httpHeaders: [%s]}}
                  lifecycle: {preStop: {exec: {command: [%s]}}}
                """.formatted(
                        list(16, i -> "{path: " + path + "s" + i + "}"),
                        list(32, i -> path.substring(0, 250) + i),
                        list(256, i -> "{name: " + name + i + ", value: " + "x".repeat(200) + "}"),
                        list(16, i -> "{prefix: " + "p".repeat(128) + ", secretRef: {name: " + name + i + "}}"),
                        list(64, i -> "{name: p" + (i + 1) + ", containerPort: " + (i + 1) + "}"),
                        list(32, i -> "{name: " + volume + i + ", dockerVolume: {name: " + volume + i + "}}"),
                        list(
                                32,
                                i -> "{name: " + volume + i + ", mountPath: " + path + i + ", subPathExpr: "
                                        + path.substring(1) + "}"),
                        command,
                        "/" + "%20".repeat(682),
                        list(16, i -> "{name: " + "H".repeat(128) + ", value: " + "v".repeat(512) + "}"),
                        command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e-999999999",
                "1e999999999",
                "1e-99999999999999999999",
                "-1e99",
                "99999999999999999999E99",
                "0x10",
                "1Ki1",
                "١",
                "1e",
                "+1",
                " 1",
                "1_000",
                "NaN",
                "Infinity",
                "-0.1",
                "1EiEi",
                ""
            })
    void aStrangeNumberIsRefusedQuickly(String number) {
        var namespace = Cluster.namespace("strange");
        var workload = Manifests.workload(namespace, "web", QUANTITIES.formatted(number));

        var begin = System.nanoTime();
        assertThatThrownBy(() -> Manifests.check(workload))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("spec.");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(MOMENT);
    }

    private static String list(int length, IntFunction<String> item) {
        return IntStream.range(0, length).mapToObj(item).collect(joining(", "));
    }
}
