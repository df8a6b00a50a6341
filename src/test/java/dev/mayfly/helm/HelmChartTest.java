package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HelmChartTest {

    @Test
    void helmFindsNothingToComplainAbout() {
        var lint = Helm.run("lint", "--strict", "helm/mayfly");

        assertThat(lint.exitCode()).as(lint.text()).isZero();
    }

    @Test
    void aMisspeltValueIsRefused() {
        var template = Helm.run("template", "helm/mayfly", "--kube-version=1.34.4", "--set=imge.tag=1");

        assertThat(template.exitCode()).isNotZero();
        assertThat(template.text()).contains("imge");
    }

    @Test
    void theChartGrantsTheSameRightsAsThePlainManifests() {
        var plain = Helm.objects(read(Path.of("deploy/operator/rbac.yaml")));

        assertThat(rules(Helm.template())).isNotEmpty().containsExactlyInAnyOrderElementsOf(rules(plain));
    }

    @Test
    void replicasAsPodsNeedMoreRights() {
        var pods = runtimes("runtimes.pods=true");

        assertThat(rules(pods))
                .containsAll(rules(Helm.template()))
                .anyMatch(rule -> rule.getResources().contains("pods/exec"));
        assertThat(environment(pods)).containsEntry("MAYFLY_RUNTIME_PODS_ALLOWED", "true");
        assertThat(environment(Helm.template())).doesNotContainKey("MAYFLY_RUNTIME_PODS_ALLOWED");
    }

    private static List<HasMetadata> runtimes(String booleans) {
        var told = Helm.run(
                "template", "mayfly", "helm/mayfly", "--kube-version=1.34.4", "--no-hooks", "--set=" + booleans);
        assertThat(told.exitCode()).as(told.text()).isZero();
        return Helm.objects(told.text());
    }

    @Test
    void withoutDockerTheOperatorHasNothingOfItsNode() {
        var pod = pod(runtimes("runtimes.pods=true,runtimes.docker=false"));

        assertThat(pod.getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
        assertThat(pod.getHostNetwork()).isNotEqualTo(true);
        assertThat(environment(runtimes("runtimes.pods=true,runtimes.docker=false")))
                .containsEntry("MAYFLY_RUNTIME_DOCKER_ALLOWED", "false")
                .containsEntry("MAYFLY_RUNTIME_DEFAULT", "Pods");
    }

    @Test
    void theBuiltInRolesIncludeItsKindsUnlessToldOtherwise() {
        var told = Helm.run(
                "template",
                "mayfly",
                "helm/mayfly",
                "--kube-version=1.34.4",
                "--no-hooks",
                "--set=aggregateRoles=false");

        assertThat(clusterWide(Helm.template())).hasSize(4);
        assertThat(told.exitCode()).as(told.text()).isZero();
        assertThat(clusterWide(Helm.objects(told.text()))).hasSize(2);
    }

    @Test
    void everyObjectHasTheRecommendedLabels() {
        var plain = Stream.of("namespace.yaml", "rbac.yaml")
                .map(file -> Path.of("deploy/operator", file))
                .flatMap(file -> Helm.objects(read(file)).stream())
                .toList();

        assertThat(Stream.concat(Helm.template().stream(), plain.stream()))
                .hasSizeGreaterThan(10)
                .allSatisfy(object -> assertThat(object.getMetadata().getLabels())
                        .containsEntry("app.kubernetes.io/name", "mayfly")
                        .containsEntry("app.kubernetes.io/part-of", "mayfly")
                        .containsKey("app.kubernetes.io/managed-by"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theOperatorHasAccessToTheEngineAndItsHost() {
        assertThat(pod(Helm.template()).getContainers().getFirst().getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactly(
                        "/tmp",
                        "/var/run/docker.sock",
                        "/var/lib/docker",
                        "/var/lib/mayfly",
                        "/run/mayfly",
                        "/srv/mayfly",
                        "/opt/local-path-provisioner",
                        "/var/lib/rancher/k3s/storage");
    }

    /** Upgraded with the default, it would be stopped and not started again. */
    @Test
    void anEngineWhoseDataIsElsewhereKeepsTheOperatorFromNothing() {
        assertThat(pod(Helm.template()).getVolumes())
                .filteredOn(volume -> volume.getName().equals("engine"))
                .singleElement()
                .satisfies(volume -> assertThat(volume.getHostPath().getType()).isEqualTo("DirectoryOrCreate"));
    }

    @Test
    void theOperatorIsStartedNotTheHelp() {
        assertThat(pod(Helm.template()).getContainers().getFirst().getArgs()).containsExactly("operator");
    }

    @Test
    void theOperatorGetsItsNodeNameUnlessOneIsConfigured() {
        assertThat(pod(Helm.template()).getContainers().getFirst().getEnv())
                .anyMatch(variable -> variable.getName().equals("MAYFLY_NODE_NAME") && variable.getValueFrom() != null);
        assertThat(environment(Helm.template("config.node-name=other"))).containsEntry("MAYFLY_NODE_NAME", "other");
    }

    @Test
    void anEnginesCertificatesComeFromASecret() {
        var pod = pod(Helm.template("engine.tls.secretName=engine"));

        assertThat(pod.getVolumes()).anySatisfy(volume -> {
            assertThat(volume.getSecret()).isNotNull();
            assertThat(volume.getSecret().getSecretName()).isEqualTo("engine");
        });
        assertThat(environment(Helm.template("engine.tls.secretName=engine")))
                .containsEntry("MAYFLY_ENGINE_CERTIFICATES", "/etc/mayfly/engine");
    }

    @Test
    void aClosedNetworkLeavesTheProbesOfReplicasThatArePods() {
        assertThat(closedNetwork("runtimes.pods=true").getSpec().getEgress())
                .flatExtracting(NetworkPolicyEgressRule::getTo)
                .singleElement()
                .satisfies(peer -> assertThat(peer.getNamespaceSelector()).isNotNull());
        assertThat(closedNetwork("runtimes.pods=false").getSpec().getEgress())
                .flatExtracting(NetworkPolicyEgressRule::getTo)
                .isEmpty();
    }

    private static NetworkPolicy closedNetwork(String value) {
        var told = Helm.run(
                "template",
                "mayfly",
                "helm/mayfly",
                "--kube-version=1.34.4",
                "--set=networkPolicy.enabled=true," + value);
        return Helm.objects(told.text()).stream()
                .filter(NetworkPolicy.class::isInstance)
                .map(NetworkPolicy.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClosedNetworkLeavesNamesAndTheApiServer() {
        var policy = closedNetwork("runtimes.pods=false");

        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                .as("which the Pods of hooks have, too")
                .isEqualTo(Map.of("app.kubernetes.io/instance", "mayfly"));
        assertThat(policy.getSpec().getEgress())
                .flatExtracting(NetworkPolicyEgressRule::getPorts)
                .extracting(port -> port.getPort().getIntVal())
                .contains(53, 443, 6443);
    }

    @Test
    void neverTwoOperatorsAtATime() {
        assertThat(deployment(Helm.template()).getSpec().getStrategy().getType())
                .isEqualTo("Recreate");
    }

    @Test
    void settingsReachTheOperatorAsEnvironment() {
        var pod = pod(Helm.template("config.network\\.bridge-allowed=true"));

        assertThat(pod.getContainers().getFirst().getEnv())
                .contains(new EnvVar("MAYFLY_NETWORK_BRIDGE_ALLOWED", "true", null));
    }

    @Test
    void theOperatorWatchesAllNamespacesOrTheConfiguredOnes() {
        assertThat(environment(Helm.template())).doesNotContainKey("QUARKUS_OPERATOR_SDK_NAMESPACES");
        assertThat(environment(Helm.template("watchNamespaces={shop,billing}")))
                .containsEntry("QUARKUS_OPERATOR_SDK_NAMESPACES", "shop,billing");
    }

    @Test
    void theJvmHasTheSameOptionsAsOutsideACluster() throws IOException {
        var options = Files.readAllLines(Path.of("deploy/operator.jvmopts")).stream()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.joining(" "));

        assertThat(environment(Helm.template())).containsEntry("JAVA_TOOL_OPTIONS", options);
    }

    @Test
    void twoReleasesShareNothingOutsideTheirNamespaces() {
        var one = clusterWide(Helm.templateIn("one"));
        var other = clusterWide(Helm.templateIn("other"));

        assertThat(one).hasSize(4).doesNotContainAnyElementsOf(other);
    }

    private static List<String> clusterWide(List<HasMetadata> objects) {
        return objects.stream()
                .filter(object -> object instanceof ClusterRole || object instanceof ClusterRoleBinding)
                .map(object -> object.getKind() + " " + object.getMetadata().getName())
                .toList();
    }

    private static Map<String, String> environment(List<HasMetadata> objects) {
        return pod(objects).getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static List<PolicyRule> rules(List<HasMetadata> objects) {
        return objects.stream()
                .flatMap(object -> switch (object) {
                    case ClusterRole role -> role.getRules().stream();
                    case Role role -> role.getRules().stream();
                    default -> List.<PolicyRule>of().stream();
                })
                .toList();
    }

    private static PodSpec pod(List<HasMetadata> objects) {
        return deployment(objects).getSpec().getTemplate().getSpec();
    }

    private static Deployment deployment(List<HasMetadata> objects) {
        return objects.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
