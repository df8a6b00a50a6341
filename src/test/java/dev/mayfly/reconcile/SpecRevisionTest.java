package dev.mayfly.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.model.Ephemerality;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecRevisionTest {

    /** A new version of the operator that gives other revisions would replace every replica everywhere. */
    @Test
    void revisionsStayTheSameFromVersionToVersion() throws IOException {
        assertThat(List.of(
                        revision("{image: busybox}"), SpecRevision.of(maximal(), "Docker", Ephemerality.DEFAULT, "")))
                .containsExactly("e8ae15b37e", "e826b89682");
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
            {image: a, metadata: {labels: {x: "1", y: "2"}}} | {image: a, metadata: {labels: {y: "2", x: "1"}}}
            """)
    void equalMeaningIsOneRevision(String one, String other) {
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
            """)
    void otherMeaningIsAnotherRevision(String one, String other) {
        assertThat(revision(one)).isNotEqualTo(revision(other));
    }

    @Test
    void runtimeAndModeBelongToTheRevision() {
        var template = template("{image: a}");

        assertThat(revision("{image: a}"))
                .isNotEqualTo(SpecRevision.of(template, "Docker", Ephemerality.OFF, ""))
                .isNotEqualTo(SpecRevision.of(template, "Simulated", Ephemerality.DEFAULT, ""));
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
