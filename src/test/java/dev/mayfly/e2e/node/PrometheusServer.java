package dev.mayfly.e2e.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.metrics.PrometheusTools;
import dev.mayfly.testing.Lane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A Prometheus on the loopback address, which looks every second. */
final class PrometheusServer implements AutoCloseable {
    /** A dashboard shows as much. */
    private static final Duration SHOWN = Duration.ofMinutes(1);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final int port = Lane.freePort();
    private final Process process;

    /**
     * @param directory for its data, configuration and log
     * @param scrapeConfigs YAML of the list
     */
    PrometheusServer(Path directory, Path rules, String scrapeConfigs) throws IOException {
        var configuration = directory.resolve("prometheus.yaml");
        Files.writeString(configuration, """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [%s]
            scrape_configs:
            """.formatted(rules.toAbsolutePath()) + scrapeConfigs);
        process = new ProcessBuilder(
                        PrometheusTools.binary("prometheus"),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** The answer's {@code data}; missing: it does not answer, or refuses the question. */
    JsonNode ask(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            return json.readTree(
                            http.send(request.build(), BodyHandlers.ofString()).body())
                    .path("data");
        } catch (IOException starting) {
            return json.missingNode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The series that an expression yields now; missing: it refuses the expression. */
    JsonNode query(String expression) {
        return ask("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result");
    }

    /** The series that an expression yields over the last minutes, second by second. */
    JsonNode range(String expression) {
        var now = Instant.now();
        return ask("/api/v1/query_range?step=1&start=%d&end=%d&query=%s"
                        .formatted(
                                now.minus(SHOWN).getEpochSecond(),
                                now.getEpochSecond(),
                                URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                .path("result");
    }

    /** Of the only series; not a number if there is none. */
    double value(String expression) {
        var series = query(expression);
        return series.size() == 1 ? series.get(0).get("value").get(1).asDouble() : Double.NaN;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        http.close();
    }

    /** The server's log. */
    static String log(Path directory) {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
