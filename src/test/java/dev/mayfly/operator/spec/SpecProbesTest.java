package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading probes. */
class SpecProbesTest {

    @Test
    void omittedFieldsHaveTheDefaultsOfKubernetes() {
        var probe = readiness("{tcpSocket: {port: 80}}");

        assertThat(probe)
                .isEqualTo(new Probe(
                        new Probe.TcpSocket(80), Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 1, 3));
    }

    @Test
    void everyNumberIsRead() {
        var probe = readiness("{exec: {command: [a, b]}, initialDelaySeconds: 2, periodSeconds: 3, timeoutSeconds: 4,"
                + " successThreshold: 5, failureThreshold: 6}");

        assertThat(probe)
                .isEqualTo(new Probe(
                        new Probe.Exec(List.of("a", "b")),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        5,
                        6));
    }

    @Test
    void anHttpRequestIsReadWithItsHeadersInOrder() {
        var check = readiness("{httpGet: {port: http, path: '/a?b', scheme: HTTPS, httpHeaders: [{name: A, value: b},"
                        + " {name: A, value: c}]}}")
                .check();

        assertThat(check)
                .isEqualTo(new Probe.HttpGet(true, 8080, "/a?b", List.of(new Header("A", "b"), new Header("A", "c"))));
    }

    @Test
    void headerValuesAreNotPrinted() {
        var check = readiness("{httpGet: {port: 1, httpHeaders: [{name: Authorization, value: s3cret}]}}");

        assertThat(check.toString()).contains("Authorization").doesNotContain("s3cret");
    }

    @Test
    void eachKindOfProbeIsRead() {
        var probes = SpecProbes.read(
                template("startupProbe: {tcpSocket: {port: 1}}\nlivenessProbe: {tcpSocket: {port: 3}}"));

        assertThat(probes.startup()).map(Probe::check).contains(new Probe.TcpSocket(1));
        assertThat(probes.readiness()).isEmpty();
        assertThat(probes.liveness()).map(Probe::check).contains(new Probe.TcpSocket(3));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                             | readinessProbe has no handler: set one of exec, httpGet and tcpSocket
            {tcpSocket: {port: 0}}         | readinessProbe: port 0 is none of 1 to 65535
            {tcpSocket: {port: 65536}}     | readinessProbe: port 65536 is none of 1 to 65535
            {tcpSocket: {port: -1}}        | readinessProbe: port -1 is none of 1 to 65535
            {tcpSocket: {port: smtp}}      | port 'smtp' is the name of none of template.ports: give a port that name, or write its number
            {httpGet: {port: "8080"}}      | port '8080' is the name of none of template.ports
            {httpGet: {port: ""}}          | port '' is the name of none of template.ports
            {tcpSocket: {}}                | port '' is the name of none of template.ports
            """)
    void valuesThatTheApiServerShouldHaveRefusedAreRefused(String probe, String message) {
        assertThatThrownBy(() -> readiness(probe))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining(message);
    }

    private static Probe readiness(String probe) {
        return SpecProbes.read(template("readinessProbe: " + probe)).readiness().orElseThrow();
    }

    private static WorkloadTemplate template(String fields) {
        return Serialization.unmarshal(
                "image: a\nports: [{containerPort: 80}, {name: http, containerPort: 8080}]\n" + fields,
                WorkloadTemplate.class);
    }
}
