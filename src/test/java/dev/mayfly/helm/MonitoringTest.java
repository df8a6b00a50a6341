package dev.mayfly.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.mayfly.metrics.PrometheusTools;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chart's objects for Prometheus and Grafana, and the rules and the dashboard in them. */
class MonitoringTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final File ALERTS = new File("helm/mayfly/files/alerts.yaml");
    private static final File TESTS = new File("src/test/prometheus/alerts_test.yaml");

    @Test
    void nothingOfItIsInstalledUnlessAskedFor() {
        assertThat(Helm.template())
                .extracting(HasMetadata::getKind)
                .doesNotContain("ServiceMonitor", "PrometheusRule", "Service");
    }

    @Test
    void aServiceMonitorReadsTheVirtualNodesApi() {
        var objects = rendered("--set-string=config.node\\.port=10444", "--set=monitoring.labels.release=stack");
        var monitor = generic(objects, "ServiceMonitor");

        assertThat(one(objects, Service.class).getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getTargetPort().getIntVal()).isEqualTo(10444));
        assertThat(monitor.getMetadata().getLabels()).containsEntry("release", "stack");
        assertThat(monitor.<List<Map<String, Object>>>get("spec", "endpoints"))
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint)
                        .containsEntry("scheme", "https")
                        .containsEntry("path", "/metrics")
                        .containsKey("bearerTokenFile"));
    }

    /** Nobody signs a certificate for a server that is no node. */
    @Test
    void withoutAVirtualNodeTheCertificateIsNotVerified() {
        var objects = rendered("--set=runtimes.docker=false,runtimes.pods=true");

        assertThat(generic(objects, "ServiceMonitor").<List<Map<String, Object>>>get("spec", "endpoints"))
                .singleElement()
                .satisfies(endpoint -> assertThat(endpoint)
                        .containsEntry("scheme", "https")
                        .containsEntry("tlsConfig", Map.of("insecureSkipVerify", true))
                        .containsKey("bearerTokenFile"));
        assertThat(one(objects, Service.class).getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getTargetPort().getIntVal()).isEqualTo(10350));
    }

    @Test
    void aPrometheusMayBeAllowedToRead() {
        var objects =
                rendered("--set=monitoring.reader.name=prometheus", "--set=monitoring.reader.namespace=monitoring");
        var role = objects.stream()
                .filter(object -> object instanceof ClusterRole
                        && object.getMetadata().getName().endsWith(".metrics"))
                .map(ClusterRole.class::cast)
                .toList();

        assertThat(role)
                .singleElement()
                .satisfies(reader -> assertThat(reader.getRules())
                        .singleElement()
                        .satisfies(rule -> {
                            assertThat(rule.getNonResourceURLs()).containsExactly("/metrics");
                            assertThat(rule.getVerbs()).containsExactly("get");
                        }));
        assertThat(objects.stream().filter(object -> object.getKind().equals("ClusterRoleBinding")))
                .anyMatch(binding -> binding.getMetadata().getName().endsWith(".metrics"));
    }

    @Test
    void theRulesAreThoseOfTheFileWithTheAddressOfTheRunbooks() throws IOException {
        var rendered = rendered("--set=monitoring.runbookUrl=https://docs.example/alerts");
        var groups =
                YAML.<JsonNode>valueToTree(generic(rendered, "PrometheusRule").get("spec", "groups"));
        var text = Files.readString(ALERTS.toPath()).replace("RUNBOOKS", "https://docs.example/alerts");

        assertThat(groups).isEqualTo(YAML.readTree(text).get("groups"));
    }

    @Test
    void theDashboardIsTheFile() throws IOException {
        var map = rendered().stream()
                .filter(object -> object instanceof ConfigMap)
                .map(ConfigMap.class::cast)
                .filter(config -> config.getData().containsKey("mayfly.json"))
                .findFirst()
                .orElseThrow();

        assertThat(YAML.readTree(map.getData().get("mayfly.json")))
                .isEqualTo(YAML.readTree(new File("helm/mayfly/files/dashboard.json")));
        assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    }

    @Test
    void everyAlertFiresAndStaysQuietInATest() throws IOException {
        var tests = PrometheusTools.promtool("", "test", "rules", TESTS.getPath());
        var names = YAML.readTree(TESTS).get("tests").findValuesAsText("name");

        assertThat(tests.exitCode()).as(tests.text()).isZero();
        assertThat(alerts()).hasSizeGreaterThan(10);
        assertThat(names)
                .containsExactlyInAnyOrderElementsOf(alerts().stream()
                        .flatMap(alert -> List.of(alert + " fires", alert + " stays quiet").stream())
                        .toList());
    }

    @Test
    void everyAlertHasARunbookThatExists() throws IOException {
        var page = Files.readString(Path.of("docs/operate/alerts.md"));
        var urls = YAML.readTree(ALERTS).findValuesAsText("runbook_url");

        assertThat(page.lines().filter(line -> line.startsWith("## ")).map(line -> line.substring(3)))
                .containsExactlyElementsOf(alerts());
        assertThat(urls)
                .containsExactlyElementsOf(alerts().stream()
                        .map(alert -> "RUNBOOKS#" + alert.toLowerCase())
                        .toList());
    }

    private static List<String> alerts() throws IOException {
        return YAML.readTree(ALERTS).findValuesAsText("alert");
    }

    private static List<HasMetadata> rendered(String... settings) {
        var arguments = new ArrayList<>(List.of(
                "template",
                "mayfly",
                "helm/mayfly",
                "--namespace=mayfly-system",
                "--kube-version=1.34.4",
                "--set=monitoring.enabled=true"));
        arguments.addAll(List.of(settings));
        var result = Helm.run(arguments.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.text()).isZero();
        return Helm.objects(result.text());
    }

    private static GenericKubernetesResource generic(List<HasMetadata> objects, String kind) {
        return objects.stream()
                .filter(object -> object.getKind().equals(kind))
                .map(GenericKubernetesResource.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static <T extends HasMetadata> T one(List<HasMetadata> objects, Class<T> type) {
        return objects.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
