package dev.mayfly.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** The dashboard of the chart: {@code helm/mayfly/files/dashboard.json}. */
public final class Dashboard {
    private static final Path FILE = Path.of("helm/mayfly/files/dashboard.json");

    private Dashboard() {}

    static JsonNode read() {
        try {
            return new ObjectMapper().readTree(FILE.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The queries of its panels, with Grafana's variables filled in. */
    public static List<String> expressions() {
        return read().findValuesAsText("expr").stream()
                .map(each -> filled(each, ".*"))
                .toList();
    }

    /** With Grafana's variables filled in. @param job a pattern of Prometheus' jobs */
    static String filled(String expression, String job) {
        return expression.replace("$job", job).replace("$__rate_interval", "1m");
    }

    static List<JsonNode> panels() {
        return StreamSupport.stream(read().get("panels").spliterator(), false).toList();
    }
}
