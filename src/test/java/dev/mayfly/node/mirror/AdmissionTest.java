package dev.mayfly.node.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    private static final String POD = """
            metadata: {name: web-0, labels: {app: web}}
            spec:
              containers:
              - name: web
                image: web:1
                command: [serve]
                envFrom: [{prefix: "", secretRef: {name: s}}]
                env: [{name: A, value: "1"}, {name: EMPTY, value: ""}]
                resources: {limits: {memory: 64Mi}}
            """;

    @Test
    void whatTheServerAddsIsNoChange() {
        var pod = pod(POD.replace("{app: web}", "{app: web, by-hand: x}")
                .replace("EMPTY, value: \"\"", "EMPTY")
                .replace("prefix: \"\", ", "")
                .replace("command: [serve]", "command: [serve]\n    imagePullPolicy: Always")
                .replace("limits: {memory: 64Mi}", "limits: {memory: 65536Ki}, requests: {memory: 64Mi, cpu: 1m}"));

        assertThat(Admission.isChanged(pod(POD), pod)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app: web | app: other",
                "image: web:1 | image: mirror/web:1",
                "[serve] | [sh]",
                "{name: A, value: \"1\"} | {name: B, value: \"1\"}",
                "{name: A, value: \"1\"} | {name: A, value: \"2\"}",
                "{name: A, value: \"1\"}, | {name: A, value: \"1\"}, {name: PROXY, value: p},",
                "memory: 64Mi | memory: 32Mi",
            })
    void aChangeOfWhatItSaysIsAChange(String before, String after) {
        assertThat(POD).contains(before);
        assertThat(Admission.isChanged(pod(POD), pod(POD.replace(before, after))))
                .isTrue();
    }

    @Test
    void anInitContainerIsAChange() {
        var pod = pod(POD + "  initContainers: [{name: proxy, image: proxy}]");

        assertThat(Admission.isChanged(pod(POD), pod)).isTrue();
    }

    private static Pod pod(String yaml) {
        return Serialization.unmarshal(yaml, Pod.class);
    }
}
