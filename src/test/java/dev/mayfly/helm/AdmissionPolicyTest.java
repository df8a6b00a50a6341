package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.Cluster;
import dev.mayfly.testing.Workloads;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart's ValidatingAdmissionPolicies, on a real API server. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionPolicyTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    private final KubernetesClient client = Cluster.client();
    private final Workloads workloads = new Workloads("admission");
    private final String node = "node-of-" + workloads.namespace();
    private List<HasMetadata> policies;

    @BeforeAll
    void applyThem() {
        Cluster.awaitAccount(workloads.namespace());
        workloads.apply(template("earlier", "network: Bridge"));
        policies = Helm.template(
                        "watchNamespaces={" + workloads.namespace() + "}",
                        "admissionPolicy.virtualNodes={" + node + "}")
                .stream()
                .filter(object -> object.getKind().startsWith("ValidatingAdmissionPolicy"))
                .toList();
        policies.forEach(policy -> client.resource(policy).forceConflicts().serverSideApply());
        await("they are in force").atMost(SOON).untilAsserted(() -> {
            assertThatThrownBy(() -> tried("probe", "network: Bridge")).hasMessageContaining("Bridge");
            assertThatThrownBy(() -> bind("default")).hasMessageContaining(node);
        });
    }

    @AfterAll
    void removeThem() {
        policies.forEach(policy -> client.resource(policy).delete());
        workloads.stripFinalizers("earlier");
        workloads.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "volumes: [{name: a, hostPath: {path: /etc}}] | must lie below /srv/mayfly/NAMESPACE",
                "volumes: [{name: a, hostPath: {path: /srv/mayfly/NAMESPACE-other/a}}] | must lie below /srv/mayfly/NAMESPACE",
                "volumes: [{name: a, dockerVolume: {name: a, driver: other}}] | use one of local",
                "securityContext: {capabilities: {add: [SYS_ADMIN]}} | allowed are CHOWN",
                "ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81, hostPort: 80}] | allowed are 1024-2374,",
                "ports: [{containerPort: 80, hostPort: 30080}] | a hostPort is not allowed here",
                "network: Bridge | use Namespace or None"
            })
    void whatTheOperatorWouldRefuseIsRefusedAtOnce(String template, String words) {
        assertThatThrownBy(() -> tried("bad", template))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(words.replace("NAMESPACE", workloads.namespace()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "volumes: [{name: a, hostPath: {path: /srv/mayfly/NAMESPACE/a}}]",
                "volumes: [{name: a, dockerVolume: {name: a}}]",
                "securityContext: {capabilities: {add: [CHOWN], drop: [ALL]}}",
                "ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81}]",
                "network: None"
            })
    void whatItAllowsIsAllowed(String template) {
        tried("good", template);

        assertThat(workloads.names()).doesNotContain("good");
    }

    @Test
    void anotherRuntimeIsRefused() {
        assertThatThrownBy(
                        () -> dryRun(template("bad", "network: None").replace("spec:", "spec:\n  runtime: Simulated")))
                .hasMessageContaining("set spec.runtime to Docker");
    }

    @Test
    void tasksAreCheckedToo() {
        assertThatThrownBy(
                        () -> dryRun(template("bad", "network: Bridge").replace("EphemeralWorkload", "EphemeralTask")))
                .hasMessageContaining("use Namespace or None");
    }

    /** Else nobody could delete it. */
    @Test
    void anEarlierResourceCanStillGetAndLoseAFinalizer() {
        var earlier = workloads.get("earlier");
        earlier.getMetadata().setFinalizers(List.of("mayfly.dev/cleanup"));
        client.resource(earlier).update();

        workloads.stripFinalizers("earlier");

        assertThat(workloads.get("earlier").getMetadata().getFinalizers()).isEmpty();
    }

    @Test
    void onlyTheOperatorBindsPodsToTheVirtualNode() {
        assertThatThrownBy(() -> bind(workloads.namespace()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("node " + node + " runs no Pods");
    }

    @Test
    void theApiServerHasNoDoubtAboutTheirTypes() {
        assertThat(client.resources(ValidatingAdmissionPolicy.class).list().getItems())
                .isNotEmpty()
                .allSatisfy(policy -> assertThat(
                                policy.getStatus() == null || policy.getStatus().getTypeChecking() == null
                                        ? null
                                        : policy.getStatus().getTypeChecking().getExpressionWarnings())
                        .isNullOrEmpty());
    }

    private void bind(String namespace) {
        var pod = client.getKubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: stranger, namespace: %s}
                spec: {nodeName: %s, containers: [{name: a, image: a}]}
                """.formatted(namespace, node), Pod.class);
        client.resource(pod).dryRun(true).create();
    }

    private void tried(String name, String template) {
        dryRun(template(name, template));
    }

    private void dryRun(String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(workloads.namespace())
                .dryRun(true)
                .create();
    }

    private String template(String name, String template) {
        return """
                apiVersion: mayfly.dev/v1alpha1
                kind: EphemeralWorkload
                metadata: {name: %s}
                spec:
                  %s
                  template:
                    image: busybox:1.36
                    %s
                """.formatted(
                        name,
                        template.contains("hostPort") ? "rollout: {maxSurge: 0, maxUnavailable: 1}" : "",
                        template.strip().replace("NAMESPACE", workloads.namespace()));
    }
}
