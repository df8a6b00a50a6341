package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralWorkloadSpec.ScaleDownSpec;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.core.model.Desired.ScaleDownPolicy;
import dev.mayfly.core.model.Probe;
import dev.mayfly.operator.cluster.InvalidSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading replica names as slots. */
class SpecScaleDownTest {
    private static final WorkloadTemplate TEMPLATE =
            Serialization.unmarshal("image: a\nports: [{name: jobs, containerPort: 9000}]", WorkloadTemplate.class);

    @Test
    void anOmittedPolicyIsTheDefault() {
        assertThat(replicas("web").scaleDown(null, TEMPLATE)).isEqualTo(ScaleDownPolicy.DEFAULT);
        assertThat(read("{}")).isEqualTo(ScaleDownPolicy.DEFAULT);
    }

    @Test
    void namesAreReadAsSlots() {
        var policy = read(
                "{removeFirst: [web-4, web-0, web-4], removeLast: [web-999999], costs: [{replica: web-1, cost: -5}]}");

        assertThat(policy.removeFirst()).isEqualTo(Set.of(0, 4));
        assertThat(policy.removeLast()).isEqualTo(Set.of(999_999));
        assertThat(policy.costs()).isEqualTo(Map.of(1, -5));
    }

    @Test
    void theHighestOfSeveralCostsCounts() {
        assertThat(read("{costs: [{replica: web-1, cost: 2}, {replica: web-1, cost: 9}, {replica: web-1, cost: 3}]}")
                        .costs())
                .isEqualTo(Map.of(1, 9));
    }

    @Test
    void theBusyProbeMayNameItsPort() {
        var policy = read("{busyProbe: {tcpSocket: {port: jobs}}, busyDeadlineSeconds: 0}");

        assertThat(policy.busyProbe()).map(Probe::check).contains(new Probe.TcpSocket(9000));
        assertThat(policy.busyDeadline()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aWorkloadMayBeNamedLikeAReplica() {
        assertThat(replicas("web-1")
                        .scaleDown(given("{removeLast: [web-1-0]}"), TEMPLATE)
                        .removeLast())
                .isEqualTo(Set.of(0));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {removeFirst: [web]}                         | spec.scaleDown.removeFirst: 'web' is no name of a replica of this workload; they are called web-0, web-1 and so on
            {removeFirst: [web-]}                        | 'web-' is no name of a replica
            {removeFirst: [web--1]}                      | 'web--1' is no name of a replica
            {removeFirst: [web-01]}                      | 'web-01' is no name of a replica
            {removeFirst: [web-1000000]}                 | 'web-1000000' is no name of a replica
            {removeFirst: [web-99999999999999999999]}    | is no name of a replica
            {removeLast: [api-0]}                         | spec.scaleDown.removeLast: 'api-0' is no name of a replica
            {removeLast: [web-api-0]}                     | 'web-api-0' is no name of a replica
            {removeLast: [web-0_1]}                       | 'web-0_1' is no name of a replica
            {removeLast: ["web-١"]}                       | 'web-١' is no name of a replica
            {removeLast: ["web-0\\n"]}                    | is no name of a replica
            {costs: [{replica: web-x, cost: 1}]}    | spec.scaleDown.costs: 'web-x' is no name of a replica
            {busyProbe: {}}                         | scaleDown.busyProbe has no handler
            {busyProbe: {tcpSocket: {port: http}}}  | scaleDown.busyProbe: port 'http' is the name of none of template.ports
            """)
    void valuesThatTheApiServerShouldHaveRefusedAreRefused(String scaleDown, String message) {
        assertThatThrownBy(() -> read(scaleDown))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining(message);
    }

    private static ScaleDownPolicy read(String scaleDown) {
        return replicas("web").scaleDown(given(scaleDown), TEMPLATE);
    }

    private static SpecReplicas replicas(String workload) {
        return new SpecReplicas(workload, refused -> {
            throw refused;
        });
    }

    private static ScaleDownSpec given(String scaleDown) {
        return Serialization.unmarshal("---\n" + scaleDown, ScaleDownSpec.class);
    }
}
