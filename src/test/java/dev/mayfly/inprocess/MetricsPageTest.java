package dev.mayfly.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.metrics.MetricsPage;
import dev.mayfly.metrics.PrometheusTools;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The metrics that the operator exports: as the page says, and as Prometheus' conventions ask. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(ClusterResource.class)
class MetricsPageTest {
    @TestHTTPResource("/q/metrics")
    URI metrics;

    @Test
    void theCheckedInPageEqualsARegeneration() throws Exception {
        var generated = MetricsPage.generate(text());
        if (Boolean.getBoolean("mayfly.regenerate")) {
            Files.writeString(MetricsPage.PAGE, generated);
        }
        assertThat(MetricsPage.PAGE)
                .as("run 'mvn test -Dtest=MetricsPageTest -Dmayfly.regenerate=true' and commit the result")
                .hasContent(generated);
    }

    @Test
    void promtoolFindsNothingToComplainAbout() throws Exception {
        var check = PrometheusTools.promtool(text(), "check", "metrics");

        assertThat(check.text()).isEmpty();
        assertThat(check.exitCode()).isZero();
    }

    private String text() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(metrics).header("Accept", "text/plain");
            return http.send(request.build(), BodyHandlers.ofString()).body();
        }
    }
}
