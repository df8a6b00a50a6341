package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.api.v1alpha1.WorkloadTemplateBuilder;
import dev.mayfly.core.model.Ephemerality;
import dev.mayfly.core.model.Ephemerality.Mode;
import dev.mayfly.core.model.Ephemerality.Scratch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecRevisionTest {

    /**
     * Stored revisions are compared by meaning, so another hash would cause no rollout. But if the stored ones are
     * gone, only an equal hash shows that nothing changed.
     */
    @Test
    void revisionsAreStableAcrossVersions() throws IOException {
        var maximal = maximal();
        var withoutLaterFields = WorkloadTemplateBuilder.builder(maximal)
                .startupProbe(null)
                .readinessProbe(null)
                .livenessProbe(null)
                .lifecycle(null)
                .build();

        assertThat(Stream.of(template("{image: busybox}"), withoutLaterFields, maximal)
                        .map(template -> SpecRevision.of(template, "Docker", Ephemerality.DEFAULT, "")))
                .containsExactly("e8ae15b37e", "a922f1d48a", "c9d46e112d");
    }

    @Test
    void revisionsOfOtherModesRuntimesAndContentsAreStable() {
        var template = template("{image: busybox}");
        var audit = new Ephemerality(Mode.Audit, List.of(new Scratch("/x", 1, true)), true, true);

        assertThat(SpecRevision.of(template, "Docker", audit, "")).isEqualTo("81db2b607f");
        assertThat(SpecRevision.of(template, "Docker", Ephemerality.OFF, "")).isEqualTo("d45451e2b9");
        assertThat(SpecRevision.of(template, "Simulated", Ephemerality.DEFAULT, ""))
                .isEqualTo("c1fb0ae331");
        assertThat(SpecRevision.of(template, "Docker", Ephemerality.DEFAULT, "abc"))
                .isEqualTo("29abbe269d");
        assertThat(SpecRevision.of("meaning", "sha256:1")).isEqualTo("bc175f58f7");
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {image: a, resources: {limits: {cpu: 1000m}}} | {image: a, resources: {limits: {cpu: 1}}}
            {image: a, resources: {limits: {memory: 1Gi}}} | {image: a, resources: {limits: {memory: 1024Mi}, requests: {memory: 1Gi}}}
            {image: a, env: [{name: A}]}                  | {image: a, env: [{value: "", name: A}]}
            {image: a}                                    | {network: Namespace, image: a, terminationGracePeriodSeconds: 30}
            {image: a}                                    | {image: a, imagePullPolicy: Always, args: [], volumes: [], env: []}
            {image: a}                                    | {image: a, securityContext: {runAsNonRoot: false, capabilities: {add: [], drop: []}}}
            {image: a}                                    | {image: a, resources: {limits: {}, requests: {}}, metadata: {labels: {}}}
            {image: a, ports: [{containerPort: 1}]}       | {image: a, ports: [{protocol: TCP, containerPort: 1}]}
            {image: a, volumes: [{name: v, dockerVolume: {name: v}}]} | {image: a, volumes: [{name: v, dockerVolume: {reclaimPolicy: Retain, name: v}}]}
            {image: a, volumes: [{name: v, secret: {secretName: v}}]} | {image: a, volumes: [{name: v, secret: {secretName: v, defaultMode: 420, optional: false}}]}
            {image: a, envFrom: [{secretRef: {name: v}}]} | {image: a, envFrom: [{prefix: "", secretRef: {name: v, optional: false}}]}
            {image: a, livenessProbe: {tcpSocket: {port: 1}}} | {image: a, livenessProbe: {tcpSocket: {port: 1}, initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3}}
            {image: a, startupProbe: {httpGet: {port: http}}} | {image: a, startupProbe: {httpGet: {port: http, path: /, scheme: HTTP, httpHeaders: []}}}
            {image: a, readinessProbe: {exec: {command: [x]}}} | {image: a, readinessProbe: {timeoutSeconds: 1, exec: {command: [x]}}}
            {image: a}                                    | {image: a, lifecycle: {}}
            {image: a}                                    | {image: a, stdin: false, stdinOnce: false, tty: false}
            {image: a}                                    | {image: a, imagePullSecrets: []}
            {image: a}                                    | {image: a, imagePullSecrets: [{name: regcred}]}
            {image: a, imagePullSecrets: [{name: other}]} | {image: a, imagePullSecrets: [{name: regcred}]}
            {image: a, metadata: {labels: {x: "1", y: "2"}}} | {image: a, metadata: {labels: {y: "2", x: "1"}}}
            """)
    void equalMeaningIsTheSameRevision(String one, String other) {
        assertThat(revision(one)).isEqualTo(revision(other));
    }

    @ParameterizedTest(name = "{0} ≠ {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {image: a}                                    | {image: b}
            {image: a}                                    | {image: a, imagePullPolicy: Never}
            {image: a, command: [x, y]}                   | {image: a, command: [y, x]}
            {image: a, command: [x]}                      | {image: a, args: [x]}
            {image: a, resources: {limits: {cpu: 1}}}     | {image: a, resources: {requests: {cpu: 1}}}
            {image: a, volumes: [{name: v, emptyDir: {}}]} | {image: a, volumes: [{name: v, emptyDir: {medium: Memory}}]}
            {image: a, metadata: {labels: {x: ""}}}       | {image: a}
            {image: a, livenessProbe: {tcpSocket: {port: 1}}} | {image: a, readinessProbe: {tcpSocket: {port: 1}}}
            {image: a, livenessProbe: {tcpSocket: {port: 1}}} | {image: a, livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 5}}
            {image: a, livenessProbe: {httpGet: {port: 1}}}   | {image: a, livenessProbe: {httpGet: {port: 1, scheme: HTTPS}}}
            {image: a}                                    | {image: a, lifecycle: {stopSignal: SIGTERM}}
            {image: a}                                    | {image: a, stdin: true}
            {image: a, stdin: true}                       | {image: a, stdin: true, stdinOnce: true}
            {image: a}                                    | {image: a, tty: true}
            {image: a, lifecycle: {preStop: {sleep: {seconds: 1}}}} | {image: a, lifecycle: {preStop: {sleep: {seconds: 2}}}}
            """)
    void otherMeaningIsAnotherRevision(String one, String other) {
        assertThat(revision(one)).isNotEqualTo(revision(other));
    }

    @Test
    void runtimeAndModeChangeTheRevision() {
        var template = template("{image: a}");

        assertThat(revision("{image: a}"))
                .isNotEqualTo(SpecRevision.of(template, "Docker", Ephemerality.OFF, ""))
                .isNotEqualTo(SpecRevision.of(template, "Simulated", Ephemerality.DEFAULT, ""));
    }

    @Test
    void anotherImageOfTheSameMeaningIsAnotherRevision() {
        var meaning = revision("{image: a}");

        assertThat(SpecRevision.of(meaning, "sha256:1"))
                .isEqualTo(SpecRevision.of(meaning, "sha256:1"))
                .isNotEqualTo(SpecRevision.of(meaning, "sha256:2"))
                .isNotEqualTo(meaning)
                .hasSameSizeAs(meaning);
    }

    private static String revision(String template) {
        return SpecRevision.of(template(template), "Docker", Ephemerality.DEFAULT, "");
    }

    private static WorkloadTemplate template(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, WorkloadTemplate.class);
    }

    private static WorkloadTemplate maximal() throws IOException {
        try (var in = SpecRevisionTest.class.getResourceAsStream("/api/maximal.yaml")) {
            var spec = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Serialization.unmarshal(spec, EphemeralWorkloadSpec.class).template();
        }
    }
}
