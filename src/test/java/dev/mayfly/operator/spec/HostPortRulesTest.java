package dev.mayfly.operator.spec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.api.v1alpha1.EphemeralTask;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.Templated;
import dev.mayfly.config.Configs;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.content.Content;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortRulesTest {
    private static final String ALLOWED = "mayfly.host-ports.allowed";
    private static final String MOST = "mayfly.host-ports.max-per-namespace";

    @ParameterizedTest
    @ValueSource(ints = {1024, 2222, 3000, 5000, 8080, 8088, 8443, 9090, 27017, 29999})
    void portsOfOrdinaryServersMayBePublishedByDefault(int port) {
        assertThatCode(() -> check(Map.of(), port)).doesNotThrowAnyException();
    }

    /** Of sshd and web servers, the engine, etcd, the API server, the kubelets, Services, and connections to elsewhere. */
    @ParameterizedTest
    @ValueSource(
            ints = {1, 22, 53, 80, 443, 1023, 2376, 2379, 2380, 6443, 6444, 10250, 10257, 10350, 30000, 32767, 40000})
    void portsOfTheMachineMayNotBePublishedByDefault(int port) {
        assertThatThrownBy(() -> check(Map.of(), port))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("hostPort " + port + " is not allowed here")
                .hasMessageContaining("use one of 1024-2374, 2381-6442, 6445-9999, 10400-29999")
                .hasMessageContaining(ALLOWED);
    }

    @Test
    void theConfigurationSaysWhichPortsMayBePublishedAndByWhom() {
        var config = Map.of(ALLOWED, "80, 8000-8002,ingress:443,ingress:9000-9001");

        assertThatCode(() -> check(config, 80, 8000, 8002)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(config, 80, 443, 8003))
                .hasMessageContaining("hostPort 443, 8003 is not allowed here: use one of 80, 8000-8002,")
                .hasMessageNotContaining("ingress");
        assertThatCode(() -> resource("EphemeralWorkload", "ingress", config, 80, 443, 9001))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> resource("EphemeralWorkload", "ingress", config, 9002))
                .hasMessageContaining("use one of 80, 8000-8002, 443, 9000-9001,");
    }

    @Test
    void whereNoneAreAllowedTheRemedyIsNotAnotherPort() {
        assertThatThrownBy(() -> check(Map.of(ALLOWED, ""), 8080))
                .hasMessageContaining("hostPort 8080 is not allowed here: remove it,")
                .hasMessageContaining(ALLOWED);
        assertThatCode(() -> check(Map.of(ALLOWED, ""))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "65536", "90-80", "80-", "-80", "a:80:90", ":80", "http", "1-2-3", "99999999999999999999"})
    void aListThatMeansNothingStopsTheOperatorAtItsStart(String allowed) {
        assertThatThrownBy(
                        () -> Configs.of(Map.of(ALLOWED, allowed)).hostPorts().allowed())
                .hasStackTraceContaining(allowed);
    }

    @Test
    void aTemplateHasNoMoreHostPortsThanItsNamespaceMayHave() {
        var config = Map.of(MOST, "3");

        assertThatCode(() -> check(config, 8001, 8002, 8003)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(config, 8001, 8002, 8003, 8004))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("ports has 4 hostPorts, and a namespace may have 3 (" + MOST + ")")
                .hasMessageContaining("remove some");
    }

    @Test
    void tasksAndReplicasThatArePodsHaveTheSameRules() {
        assertThatThrownBy(() -> resource("EphemeralTask", "shop", Map.of(), 443))
                .hasMessageContaining(ALLOWED);
        assertThatThrownBy(() -> resource(
                        "EphemeralWorkload",
                        "shop",
                        Map.of("mayfly.runtime.pods-allowed", "true", "mayfly.runtime.default", "Pods"),
                        443))
                .hasMessageContaining(ALLOWED);
    }

    private static void check(Map<String, String> config, int... ports) {
        resource("EphemeralWorkload", "shop", config, ports);
    }

    private static void resource(String kind, String namespace, Map<String, String> config, int... ports) {
        var listed = IntStream.range(0, ports.length)
                .mapToObj(i -> "{containerPort: %d, hostPort: %d}".formatted(i + 1, ports[i]))
                .collect(Collectors.joining(", ", "[", "]"));
        var yaml = "metadata: {namespace: %s, name: web, uid: u}\nspec: {template: {image: a, ports: %s}}"
                .formatted(namespace, listed);
        Class<? extends Templated> type = kind.equals("EphemeralTask") ? EphemeralTask.class : EphemeralWorkload.class;
        new SpecReader(Configs.of(config)).read(Serialization.unmarshal(yaml, type), Content.UNREAD);
    }
}
