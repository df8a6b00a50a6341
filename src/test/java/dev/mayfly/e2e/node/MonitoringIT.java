package dev.mayfly.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.metrics.Dashboard;
import dev.mayfly.metrics.DashboardPicture;
import dev.mayfly.scenario.GrantedRole;
import dev.mayfly.testing.Cluster;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus reads the operator's metrics at both addresses; its log is JSON, in files that are rotated. */
class MonitoringIT extends NodeScenario {
    private static final String READER = "mayfly-test-monitoring";
    private static final Path ALERTS = Path.of("helm/mayfly/files/alerts.yaml");
    private static final int RULES = 11;
    private static final Path PICTURE = Path.of("target/dashboard.png");
    private static final Path LOGS =
            Path.of("target/operator-logs/monitoring-" + ProcessHandle.current().pid());

    /** A few lines. */
    private static final long LOG_BYTES = 1000;

    @TempDir
    private static Path directory;

    private PrometheusServer prometheus;
    private GrantedRole rights;

    MonitoringIT() {
        super("monitoring");
        operator.with("MAYFLY_LOG_JSON", "true")
                .with("QUARKUS_LOG_CATEGORY__DEV_MAYFLY__LEVEL", "DEBUG")
                .with("QUARKUS_LOG_FILE_ENABLED", "true")
                .with("QUARKUS_LOG_FILE_PATH", LOGS.resolve("operator.log").toString())
                .with("QUARKUS_LOG_FILE_ROTATION_MAX_FILE_SIZE", Long.toString(LOG_BYTES));
    }

    @BeforeAll
    void startPrometheus() throws IOException {
        var address = node().getStatus().getAddresses().stream()
                .filter(each -> each.getType().equals("InternalIP"))
                .findFirst()
                .orElseThrow()
                .getAddress();
        var port = node().getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort();
        var authorities = Files.writeString(directory.resolve("ca.crt"), authorities());
        prometheus = new PrometheusServer(
                directory, ALERTS, """
                      - job_name: loopback
                        metrics_path: /q/metrics
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                      - job_name: node
                        scheme: https
                        tls_config: {ca_file: %s}
                        authorization: {credentials: %s}
                        static_configs: [{targets: ["%s:%d"]}]
                    """.formatted(operator.port(), authorities, token(), address, port));
    }

    /** The file that the chart's {@code monitoring.tlsConfig.caFile} names is this in each Pod. */
    private String authorities() {
        return Cluster.client()
                .configMaps()
                .inNamespace(workloads.namespace())
                .withName("kube-root-ca.crt")
                .waitUntilCondition(Objects::nonNull, SOON.toSeconds(), TimeUnit.SECONDS)
                .getData()
                .get("ca.crt");
    }

    @AfterAll
    @Override
    protected void leaveNothing() throws IOException {
        try (var ending = prometheus;
                var taken = rights) {
            super.leaveNothing();
        }
    }

    /** Of a ServiceAccount that may read /metrics and nothing else. */
    private String token() {
        var namespace = workloads.namespace();
        var client = Cluster.client();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(READER)
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
        rights = new GrantedRole(
                READER,
                namespace,
                READER,
                new PolicyRuleBuilder()
                        .withNonResourceURLs("/metrics")
                        .withVerbs("get")
                        .build());
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(READER)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    @Test
    void prometheusSeesTheLifeOfAWorkload() throws IOException {
        var first = running("web", 3, "image: busybox:1.36\ncommand: [tail, -f, /dev/null]");
        replaced("web", first);

        awaitValue("mayfly_replicas{job=\"node\",state=\"running\"}", 3);
        awaitValue("mayfly_mirror_pods{job=\"node\"}", 3);
        awaitValue("mayfly_launches_total{job=\"loopback\",result=\"started\"}", 4);
        awaitValue("mayfly_replica_heal_duration_seconds_count{job=\"loopback\"}", 1);
        awaitValue("mayfly_leader{job=\"node\"}", 1);
        awaitValue("mayfly_engine_up{job=\"node\",runtime=\"Docker\"}", 1);
        awaitValue("min(up)", 1); // of both at once: a look may take longer than its second
        awaitValue("mayfly_reconciliations_total{job=\"node\",kind=\"EphemeralWorkload\",result=\"error\"}", 0);

        everyPanelAndAlertHasItsSeries();
        theDashboardIsDrawn();
        theLogIsJson();
        await("its files are rotated, not at the moment of a look")
                .atMost(SOON)
                .ignoreException(UncheckedIOException.class)
                .untilAsserted(this::itsFilesAreRotated);
    }

    private void awaitValue(String expression, double value) {
        await(expression)
                .atMost(SOON)
                .untilAsserted(() -> assertThat(prometheus.value(expression))
                        .as(PrometheusServer.log(directory))
                        .isEqualTo(value));
    }

    private void everyPanelAndAlertHasItsSeries() {
        // a rate has a value once the series was read twice
        Dashboard.expressions()
                .forEach(expression -> await(expression)
                        .atMost(SOON)
                        .until(() -> !prometheus.query(expression).isEmpty()));
        await("all rules were evaluated")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(
                                prometheus.ask("/api/v1/rules").path("groups").findValues("health"))
                        .hasSize(RULES)
                        .extracting(JsonNode::asText)
                        .containsOnly("ok"));
        assertThat(StreamSupport.stream(
                        prometheus.ask("/api/v1/alerts").path("alerts").spliterator(), false))
                .noneMatch(alert -> alert.path("state").asText().equals("firing"));
    }

    /** For people to look at: {@code docs/operate/dashboard.png} is such a picture. */
    private void theDashboardIsDrawn() throws IOException {
        var rate = Dashboard.expressions().stream()
                .filter(each -> each.contains("mayfly_launches_total"))
                .findFirst()
                .orElseThrow();
        replaced("web", workloads.running("web").getFirst()); // seen from before it to after it
        await(rate).atMost(SOON).until(() -> !prometheus.query(rate + " > 0").isEmpty());
        var curves = DashboardPicture.write(prometheus::range, "node", PICTURE);

        assertThat(curves)
                .hasSizeGreaterThan(20)
                .allSatisfy((panel, count) -> assertThat(count).as(panel).isPositive());
    }

    private void theLogIsJson() {
        var json = new ObjectMapper();
        var log = operator.log();
        // the JVM writes warnings of its own, each begins with a word; the last line may be half a line
        var lines = log.substring(0, log.lastIndexOf('\n')).lines().filter(line -> line.startsWith("{"));

        assertThat(lines.map(line -> read(json, line)))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.path("message").asText()).isNotBlank())
                .anyMatch(line -> line.path("level").asText().equals("INFO")
                        && line.path("loggerName").asText().endsWith(".VirtualNode"))
                .anyMatch(line -> line.at("/mdc/workload").asText().equals("web")
                        && line.at("/mdc/replica").asText().matches("web-\\d"));
    }

    private void itsFilesAreRotated() {
        assertThat(logs())
                .hasSizeGreaterThan(1)
                .allSatisfy(log -> assertThat(log.length() - longestLine(log))
                        .as(log.getName())
                        .isLessThan(LOG_BYTES));
    }

    /** A file is left behind once it is full, whatever its last line added. */
    private static long longestLine(File log) {
        try (var lines = Files.lines(log.toPath())) {
            return lines.mapToLong(String::length).max().orElse(0) + 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<File> logs() {
        return List.of(LOGS.toFile().listFiles((parent, name) -> name.startsWith("operator.log")));
    }

    private static JsonNode read(ObjectMapper json, String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }
}
