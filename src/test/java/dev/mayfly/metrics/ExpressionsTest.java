package dev.mayfly.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard's panels and the alerts ask for metrics that there are: those of the reference. */
class ExpressionsTest {
    private static final Pattern NAME = Pattern.compile("\\bmayfly_\\w+");

    @Test
    void thePanelsAskForMetricsThatThereAre() {
        assertThat(Dashboard.expressions()).hasSizeGreaterThan(25);
        assertThat(names(Dashboard.expressions())).isNotEmpty().isSubsetOf(MetricsPage.samples());
    }

    @Test
    void theAlertsAskForMetricsThatThereAre() throws IOException {
        var alerts = new ObjectMapper(new YAMLFactory())
                .readTree(new File("helm/mayfly/files/alerts.yaml"))
                .findValuesAsText("expr");

        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(names(alerts)).isNotEmpty().isSubsetOf(MetricsPage.samples());
    }

    @Test
    void theDashboardShowsEveryMetric() {
        var shown = names(Dashboard.expressions()).map(ExpressionsTest::family).distinct();
        var exported =
                MetricsPage.samples().stream().map(ExpressionsTest::family).distinct();

        assertThat(shown.toList())
                .containsAll(exported.filter(name -> !name.matches(".*_reclaimed_(total|layers_total)"))
                        .toList());
    }

    @Test
    void panelsHaveATitleAndLieBesideEachOther() {
        var panels = Dashboard.panels();

        assertThat(panels)
                .allSatisfy(panel -> assertThat(panel.get("title").asText()).isNotBlank());
        assertThat(panels.stream().map(panel -> panel.get("id").asInt()).distinct())
                .hasSameSizeAs(panels);
        for (var one : panels) {
            assertThat(panels.stream().filter(other -> other != one && overlap(one, other)))
                    .as(one.get("title").asText())
                    .isEmpty();
        }
    }

    private static boolean overlap(JsonNode one, JsonNode other) {
        return meet(one, other, "x", "w") && meet(one, other, "y", "h");
    }

    private static boolean meet(JsonNode one, JsonNode other, String from, String size) {
        var a = one.get("gridPos");
        var b = other.get("gridPos");
        return a.get(from).asInt() < b.get(from).asInt() + b.get(size).asInt()
                && b.get(from).asInt() < a.get(from).asInt() + a.get(size).asInt();
    }

    private static Stream<String> names(List<String> expressions) {
        return expressions.stream()
                .flatMap(expression -> NAME.matcher(expression).results())
                .map(MatchResult::group);
    }

    private static String family(String sample) {
        return sample.replaceFirst("_(bucket|sum|count|max)$", "");
    }
}
